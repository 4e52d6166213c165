"""Carries messages between the side process and the grid of the ServerApp."""

import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flwr.app import Message

from ._logs import LOG
from ._objects import DeflatedReply, deflate_error, deflate_reply, envelope_id, inflate, object_id, tree_ids

# How often each open message is asked for; Flower's own grids ask every three seconds.
_POLL_SECONDS = 0.2
# A pull takes as long as its sender uploads. After this time another thread looks after the other messages.
_STALLED_SECONDS = 10.0

# The libraries through which Flower's grids reach a SuperLink.
_TRANSPORTS = {"grpc", "httpx", "httpcore"}

_UNREADABLE = 0
_NODE_UNAVAILABLE = 5


class RunLostError(Exception):
    """The grid no longer works: the run was stopped or its SuperLink is gone."""


@dataclass
class _Upload:
    """The messages of one announcement, whose objects are still coming."""

    message_ids: list[str]
    wanted: set[str]
    contents: dict[str, bytes] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return self.wanted <= self.contents.keys()


@dataclass(frozen=True)
class _Open:
    """A message without a reply: its id here and on the grid."""

    message_id: str
    grid_id: str


class Exchange:
    """Messages out to the grid, replies back. Thread-safe.

    Replies are pulled one by one: whatever is wrong with one of them, or however slowly it comes, no other is lost or late
    for it. What cannot be read becomes an error message in its place. Once the grid itself fails every call raises
    RunLostError, and `failure` says why.
    """

    def __init__(self, grid: Any, run_id: int, extend: Callable[[Message], None]) -> None:
        self._grid = grid
        self._run_id = run_id
        self._extend = extend
        self._lock = threading.Lock()
        self._uploads: dict[str, _Upload] = {}
        self._sent: dict[str, set[str]] = {}
        self._ready: dict[str, DeflatedReply] = {}
        self._handed_out: dict[str, DeflatedReply] = {}
        self._open: queue.Queue[_Open] = queue.Queue()
        self._busy_since: dict[int, float] = {}
        self._workers = 0
        self._failure: BaseException | None = None
        self._closed = threading.Event()

    @property
    def failure(self) -> BaseException | None:
        """Why the grid failed, if it did."""
        return self._failure

    def close(self) -> None:
        """Ends the threads that pull, as soon as their calls return."""
        self._closed.set()

    def node_ids(self) -> list[int]:
        """Returns the nodes that are online."""
        return [int(node) for node in self._on_grid(self._grid.get_node_ids)]

    def announce(self, envelopes: Iterable[bytes], trees: Iterable[bytes]) -> tuple[list[str], list[str], str]:
        """Takes note of messages; returns their ids, the ids of the objects to upload, and the upload's own id."""
        self._require_grid()
        message_ids = [envelope_id(envelope) for envelope in envelopes]
        wanted = set().union(*(tree_ids(tree) for tree in trees))
        session = str(uuid.uuid4())
        with self._lock:
            self._uploads[session] = _Upload(message_ids, wanted)
        return message_ids, sorted(wanted), session

    def put(self, session: str, wanted_id: str, content: bytes) -> bool:
        """Stores an object of an announced message; returns whether it was wanted, also when it is put once more.

        The last one sends the messages, on a thread of its own: a grid takes as long as it takes for each node.
        """
        self._require_grid()
        if object_id(content) != wanted_id:
            return False
        with self._lock:
            if wanted_id in self._sent.get(session, ()):
                return True
            upload = self._uploads.get(session)
            if upload is None or wanted_id not in upload.wanted:
                return False
            upload.contents[wanted_id] = content
            if not upload.is_complete:
                return True
            del self._uploads[session]
            self._sent[session] = upload.wanted
        threading.Thread(target=self._dispatch, args=(upload,), name="safe-fedllm-push", daemon=True).start()
        return True

    def replies(self, message_ids: Iterable[str]) -> list[DeflatedReply]:
        """Returns the replies to these messages that have come and were not returned before."""
        self._require_grid()
        self._relieve_stalled()
        with self._lock:
            found = [self._ready.pop(message_id) for message_id in message_ids if message_id in self._ready]
            for reply in found:
                self._handed_out[reply.message_id] = reply
        return found

    def content(self, wanted_id: str) -> bytes | None:
        """Returns an object of a reply that was returned and not confirmed."""
        with self._lock:
            replies = list(self._handed_out.values())
        for reply in replies:
            content = reply.content(wanted_id)
            if content is not None:
                return content
        return None

    def confirm(self, message_id: str) -> None:
        """Forgets a reply that has been read."""
        with self._lock:
            self._handed_out.pop(message_id, None)

    def _dispatch(self, upload: _Upload) -> None:
        try:
            self._send(upload)
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self._fail(error)

    def _send(self, upload: _Upload) -> None:
        messages = inflate(upload.message_ids, upload.contents)
        for message_id, message in zip(upload.message_ids, messages, strict=True):
            self._extend(message)
            grid_ids = self._on_grid(partial(self._grid.push_messages, [message]))
            if grid_ids and grid_ids[0]:
                self._open.put(_Open(message_id, str(grid_ids[0])))
            else:
                self._answer(message_id, self._error(message_id, _NODE_UNAVAILABLE, "the node is unknown or has left"))
        self._start_worker_if_none()

    def _start_worker_if_none(self) -> None:
        with self._lock:
            needed = self._workers == 0
        if needed:
            self._start_worker()

    def _start_worker(self) -> None:
        with self._lock:
            self._workers += 1
            name = f"safe-fedllm-pull-{self._workers}"
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def _relieve_stalled(self) -> None:
        now = time.monotonic()
        with self._lock:
            since = list(self._busy_since.values())
            stalled = len(since) == self._workers > 0 and all(now - start > _STALLED_SECONDS for start in since)
        if stalled and not self._open.empty():
            LOG.warning("A reply has been uploading for more than %d s; the others go on without it", _STALLED_SECONDS)
            self._start_worker()

    def _work(self) -> None:
        try:
            while not self._closed.is_set() and self._failure is None:
                try:
                    message = self._open.get(timeout=_POLL_SECONDS)
                except queue.Empty:
                    continue
                if not self._pull_as_busy(message):
                    self._closed.wait(_POLL_SECONDS / (self._open.qsize() + 1))
                    self._open.put(message)
        finally:
            with self._lock:
                self._workers -= 1

    def _pull_as_busy(self, message: _Open) -> bool:
        me = threading.get_ident()
        with self._lock:
            self._busy_since[me] = time.monotonic()
        try:
            return self._pull(message)
        finally:
            with self._lock:
                del self._busy_since[me]

    def _pull(self, message: _Open) -> bool:
        """Asks for one reply; returns whether the message needs no more asking."""
        try:
            replies = list(self._grid.pull_messages([message.grid_id]))
            if not replies:
                return False
            reply = deflate_reply(replies[0], self._run_id, message.message_id)
        except BaseException as error:  # pylint: disable=broad-exception-caught
            if _is_connection_trouble(error):
                self._fail(error)
                return True
            LOG.warning("A reply could not be read and counts as none: %s", error)
            reply = self._error(message.message_id, _UNREADABLE, f"the reply could not be read: {error}")
        self._answer(message.message_id, reply)
        return True

    def _error(self, message_id: str, code: int, reason: str) -> DeflatedReply:
        return deflate_error(self._run_id, message_id, code, reason, time.time())

    def _answer(self, message_id: str, reply: DeflatedReply) -> None:
        with self._lock:
            self._ready[message_id] = reply

    def _on_grid(self, call: Callable[[], Iterable[Any]]) -> list[Any]:
        self._require_grid()
        try:
            return list(call())
        except BaseException as error:
            self._fail(error)
            raise RunLostError(str(error)) from error

    def _require_grid(self) -> None:
        if self._failure is not None:
            raise RunLostError(str(self._failure))

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._failure = self._failure or error


def _is_connection_trouble(error: BaseException) -> bool:
    """Tells the end of the run, or of its SuperLink, from a reply that cannot be read.

    Flower says that a run is not running with an exception that is no Exception.
    """
    if not isinstance(error, Exception):
        return True
    libraries = {base.__module__.partition(".")[0] for base in type(error).__mro__}
    return isinstance(error, (ConnectionError, TimeoutError)) or bool(libraries & _TRANSPORTS)
