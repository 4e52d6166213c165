"""Who may claim the run: Flower's SuperExec authentication, an HMAC over the launcher's calls with a shared secret."""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Mapping

_DOMAIN = b"superexec-auth-v1"
_EARLIEST_SECONDS = -5
_LATEST_SECONDS = 305
_SERVICE = "/flwr.proto.Runtime/"


class LauncherGuard:
    """Checks signed calls; each nonce works once. Thread-safe."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._key = hmac.new(secret, _DOMAIN, hashlib.sha256).digest()
        self._clock = clock
        self._seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def admits(self, method: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Returns whether the headers prove knowledge of the secret, for this method and body, now and for the first time."""
        stamp = headers.get("flwr-superexec-ts", "")
        nonce = headers.get("flwr-superexec-nonce", "")
        digest = headers.get("flwr-superexec-body-sha256", "")
        signature = headers.get("flwr-superexec-signature", "")
        expected = self._signature(method, stamp, nonce, digest)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return False
        if digest != hashlib.sha256(body).hexdigest() or not self._is_recent(stamp):
            return False
        return self._is_new(method, nonce)

    def _signature(self, method: str, stamp: str, nonce: str, digest: str) -> str:
        text = f"method={_SERVICE}{method}\nts={stamp}\nnonce={nonce}\nbody_sha256={digest}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _is_recent(self, stamp: str) -> bool:
        if not stamp.isascii() or not stamp.isdecimal():
            return False
        return _EARLIEST_SECONDS < self._clock() - int(stamp) < _LATEST_SECONDS

    def _is_new(self, method: str, nonce: str) -> bool:
        with self._lock:
            if (method, nonce) in self._seen:
                return False
            self._seen.add((method, nonce))
            return True
