"""The side process: `safe-fedllm serve` for one run, which ends when this process does."""

import json
import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from ._logs import LOG, log_process_line
from .errors import SafeFedLlmError

# The process itself takes up to 30 seconds to report its run and to complete its files.
_GRACE_SECONDS = 35.0
_LAST_LINES = 5
_OWN_WORDS = "safe-fedllm: "
# Options of a deployment's own `serve` that would stand against what the strategy passes.
_NOT_INHERITED = (
    "SAFE_FEDLLM_INITIAL_ADAPTER",
    "SAFE_FEDLLM_MODEL",
    "SAFE_FEDLLM_ROOT_CERTIFICATES",
    "SAFE_FEDLLM_TLS",
)

Event = dict[str, Any]


class SideProcess:
    """One `serve` process. Its events come from `events`, in order, and at last None; what it logs goes to Python's logging.

    Its standard input is a pipe that nobody writes to: however this process ends, the pipe closes, and the other one ends
    as by Ctrl-C. It has a process group of its own, so that Ctrl-C reaches it through `close` alone.
    """

    def __init__(self, launcher: Path, arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
        command = [str(launcher), "serve", "--json", "--end-with-input", *arguments]
        inherited = {name: value for name, value in environment.items() if name not in _NOT_INHERITED}
        try:
            self._process = subprocess.Popen(  # pylint: disable=consider-using-with
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=inherited,
                start_new_session=True,
            )
        except OSError as error:
            raise SafeFedLlmError(f"cannot start {launcher}: {error}") from error
        self._stdin, self._stdout, self._stderr = _pipes(self._process)
        self.events: queue.Queue[Event | None] = queue.Queue()
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._readers = [
            _reader("safe-fedllm-events", self._stdout, self._read_event),
            _reader("safe-fedllm-log", self._stderr, self._read_log),
        ]
        threading.Thread(target=self._await_end, name="safe-fedllm-end", daemon=True).start()

    def require_success(self) -> None:
        """Waits for the end of the process; raises SafeFedLlmError with its own last words if it failed."""
        status = self._process.wait()
        if status != 0:
            own = [line for line in self._last_lines if line.startswith(_OWN_WORDS)]
            raise SafeFedLlmError((own or [f"safe-fedllm: ended with status {status}; its log says why"])[-1])

    def close(self) -> None:
        """Ends the process as by Ctrl-C, and kills it if it does not end in time. Does nothing if it has ended."""
        self._stdin.close()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            LOG.warning("safe-fedllm did not end within %d s and is killed", _GRACE_SECONDS)
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for reader in self._readers:
            reader.join()
        self._stdout.close()
        self._stderr.close()

    def _read_event(self, line: str) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            log_process_line(line)
            return
        self.events.put(event)

    def _read_log(self, line: str) -> None:
        self._last_lines.append(line)
        log_process_line(line)

    def _await_end(self) -> None:
        for reader in self._readers:
            reader.join()
        self._process.wait()
        self.events.put(None)


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise AssertionError("all three were asked to be pipes")
    return process.stdin, process.stdout, process.stderr


def _reader(name: str, stream: IO[bytes], take: Callable[[str], None]) -> threading.Thread:
    thread = threading.Thread(target=_read, args=(stream, take), name=name, daemon=True)
    thread.start()
    return thread


def _read(stream: IO[bytes], take: Callable[[str], None]) -> None:
    for line in stream:
        text = line.decode(errors="replace").rstrip()
        if text:
            take(text)
