"""Only who knows the secret may claim the run."""

import json
import unittest
from pathlib import Path

from safe_fedllm_flower._auth import LauncherGuard

VECTORS = Path(__file__).parents[2] / "flower-sdk" / "src" / "test" / "resources" / "golden" / "superexec_hmac.json"


class LauncherGuardTest(unittest.TestCase):
    """Against vectors that Flower itself made."""

    def setUp(self) -> None:
        golden = json.loads(VECTORS.read_text())
        vector = next(v for v in golden["vectors"] if v["method"].startswith("/flwr.proto.Runtime/"))
        self.now = golden["timestamp"]
        self.method = vector["method"].rpartition("/")[2]
        self.body = bytes.fromhex(vector["request_hex"])
        self.headers = {
            "flwr-superexec-ts": str(golden["timestamp"]),
            "flwr-superexec-nonce": golden["nonce"],
            "flwr-superexec-body-sha256": vector["body_sha256"],
            "flwr-superexec-signature": vector["signature"],
        }
        self.guard = LauncherGuard(golden["secret_file_bytes"].encode(), lambda: self.now)

    def admits(self) -> bool:
        """Asks the guard."""
        return self.guard.admits(self.method, self.body, self.headers)

    def test_signature_of_flower_is_admitted_once(self) -> None:
        self.assertTrue(self.admits())
        self.assertFalse(self.admits())

    def test_other_secret_is_refused(self) -> None:
        self.guard = LauncherGuard(b"another", lambda: self.now)
        self.assertFalse(self.admits())

    def test_other_method_is_refused(self) -> None:
        self.assertFalse(self.guard.admits("StartRun", self.body, self.headers))

    def test_other_body_is_refused(self) -> None:
        self.body += b"\0"
        self.assertFalse(self.admits())

    def test_headers_that_are_missing_are_refused(self) -> None:
        self.headers = {}
        self.assertFalse(self.admits())

    def test_window_of_time(self) -> None:
        stamp = self.now
        for seconds, admitted in ((-5, False), (-4, True), (304, True), (305, False)):
            with self.subTest(seconds=seconds):
                self.guard = LauncherGuard(b"test-secret", lambda: self.now)
                self.now = stamp + seconds
                self.assertEqual(self.admits(), admitted)
