"""The loopback server that the side process talks to: Flower's executor API for exactly one run."""

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.message import DecodeError

from ._auth import LauncherGuard
from ._exchange import Exchange, RunLostError
from ._logs import log_lines
from ._wire import make, parse

_HOST = "127.0.0.1"
_PREFIX = "/v1/runtime/"
_CLOSE_SECONDS = 0.05
_SERVER_APP = "flwr-serverapp"
_TASK_ID = 1
_ACQUIRE = "acquire-task"
_LONGEST_CLAIM = 1 << 12
_LONGEST_BODY = (1 << 31) - 1
_UNAUTHENTICATED = 1008


@dataclass(frozen=True)
class ServedApp:
    """What the side process is told of the app: its identity, and the bundle that declares the run config."""

    fab_id: str
    fab_version: str
    fab_hash: str
    fab: bytes


@dataclass(frozen=True)
class Outcome:
    """How the side process says that the run ended: completed, failed or stopped."""

    status: str
    details: str


class Refusal(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, code: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


class RunEndpoint:
    """Serves one run to one executor, the first that proves to know the secret. Thread-safe."""

    def __init__(self, run_id: int, app: ServedApp, exchange: Exchange, secret: bytes) -> None:
        self._run_id = run_id
        self._app = app
        self._exchange = exchange
        self._guard = LauncherGuard(secret)
        self._token = secrets.token_hex(128)
        self._lock = threading.Lock()
        self._claimed = False
        self._inputs_taken = False
        self._closed = False
        self._outcome: Outcome | None = None
        self._calls: dict[str, Callable[[bytes], Any]] = {
            "send-task-heartbeat": lambda body: make("SendTaskHeartbeatResponse", success=self._exchange.failure is None),
            "pull-task-input": self._inputs,
            "get-nodes": self._nodes,
            "push-messages": self._push_messages,
            "push-object": self._push_object,
            "pull-messages": self._pull_messages,
            "pull-object": self._pull_object,
            "confirm-message-received": self._confirm,
            "push-logs": self._logs,
            "push-task-output": self._finish,
        }
        self._server = _server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_CLOSE_SECONDS,), name="safe-fedllm-endpoint", daemon=True
        )

    @property
    def address(self) -> str:
        """Where the server listens, as HOST:PORT."""
        return f"{_HOST}:{self._server.server_address[1]}"

    @property
    def outcome(self) -> Outcome | None:
        """How the run ended, once the side process has said so."""
        return self._outcome

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def close(self) -> None:
        """Ends the server; every call after it is refused, on connections that are still open too."""
        self._closed = True
        self._server.shutdown()
        self._server.server_close()

    def longest_body(self, path: str, headers: Mapping[str, str]) -> int:
        """Returns how many bytes a call may have; raises Refusal if its sender may not make it, before any is read."""
        if self._closed:
            raise Refusal(401, _UNAUTHENTICATED, "The run has ended here.")
        if path == _PREFIX + _ACQUIRE:
            return _LONGEST_CLAIM
        if path.removeprefix(_PREFIX) not in self._calls or not path.startswith(_PREFIX):
            raise Refusal(404, 0, "Not Found")
        token = headers.get("flwr-task-token", "")
        if self._outcome is not None or not hmac.compare_digest(token.encode(), self._token.encode()):
            raise Refusal(401, _UNAUTHENTICATED, "Authentication failed.")
        return _LONGEST_BODY

    def answer(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Answers a call that `longest_body` has let in; raises Refusal."""
        method = path.removeprefix(_PREFIX)
        try:
            answer = self._acquire(body, headers) if method == _ACQUIRE else self._calls[method](body)
            serialized: bytes = answer.SerializeToString()
            return serialized
        except RunLostError as error:
            raise Refusal(401, _UNAUTHENTICATED, str(error)) from error
        except DecodeError as error:
            raise Refusal(400, 1003, "Malformed request.") from error

    def _acquire(self, body: bytes, headers: Mapping[str, str]) -> Any:
        if not self._guard.admits("AcquireTask", body, headers):
            raise Refusal(401, _UNAUTHENTICATED, "Authentication failed.")
        answer = make("AcquireTaskResponse")
        with self._lock:
            if not self._claimed and _SERVER_APP in parse("AcquireTaskRequest", body).supported_task_types:
                self._claimed = True
                answer.task.task_id = _TASK_ID
                answer.task.type = _SERVER_APP
                answer.task.run_id = self._run_id
                answer.task.fab_hash = self._app.fab_hash
                answer.token = self._token
        return answer

    def _inputs(self, _body: bytes) -> Any:
        with self._lock:
            if self._inputs_taken:
                raise Refusal(412, 3002, "The inputs have been pulled before.")
            self._inputs_taken = True
        answer = make("PullTaskInputResponse", task_id=_TASK_ID)
        answer.context.run_id = self._run_id
        answer.context.node_id = 1
        answer.run.run_id = self._run_id
        answer.run.fab_id = self._app.fab_id
        answer.run.fab_version = self._app.fab_version
        answer.run.fab_hash = self._app.fab_hash
        answer.fab.hash_str = self._app.fab_hash
        answer.fab.content = self._app.fab
        return answer

    def _nodes(self, _body: bytes) -> Any:
        answer = make("GetNodesResponse")
        for node in self._exchange.node_ids():
            answer.nodes.add(node_id=node)
        return answer

    def _push_messages(self, body: bytes) -> Any:
        request = parse("PushMessagesRequest", body)
        ids, wanted, session = self._exchange.announce(request.messages, request.trees)
        return make("PushMessagesResponse", message_ids=ids, objects_to_push=wanted, session_id=session)

    def _push_object(self, body: bytes) -> Any:
        request = parse("PushObjectRequest", body)
        stored = self._exchange.put(request.session_id, request.object_id, request.content)
        return make("PushObjectResponse", stored=stored)

    def _pull_messages(self, body: bytes) -> Any:
        answer = make("PullMessagesResponse")
        for reply in self._exchange.replies(parse("PullMessagesRequest", body).message_ids):
            answer.messages.append(reply.envelope)
            answer.trees.append(reply.tree)
        return answer

    def _pull_object(self, body: bytes) -> Any:
        content = self._exchange.content(parse("PullObjectRequest", body).object_id)
        found = content is not None
        return make("PullObjectResponse", found=found, available=found, content=content or b"")

    def _confirm(self, body: bytes) -> Any:
        self._exchange.confirm(parse("ConfirmMessageReceivedRequest", body).message_id)
        return make("Empty")

    def _logs(self, body: bytes) -> Any:
        for text in parse("PushLogsRequest", body).logs:
            log_lines(text)
        return make("Empty")

    def _finish(self, body: bytes) -> Any:
        request = parse("PushTaskOutputRequest", body)
        self._outcome = Outcome(request.sub_status, request.details)
        return make("Empty")


def _server(endpoint: RunEndpoint) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer goes out as one packet, at once.
        wbufsize = 1 << 16
        disable_nagle_algorithm = True

        def do_POST(self) -> None:  # pylint: disable=invalid-name
            """Answers one call."""
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                body = self._body(endpoint.longest_body(self.path, headers))
                self._reply(200, "application/protobuf", endpoint.answer(self.path, body, headers))
            except Refusal as refusal:
                self.close_connection = True
                detail = {"code": refusal.code, "detail": str(refusal)}
                self._reply(refusal.status, "application/json", json.dumps(detail).encode())

        def _body(self, longest: int) -> bytes:
            length = self.headers.get("content-length", "")
            if not length.isdecimal() or int(length) > longest:
                raise Refusal(413, 0, f"A body needs a length of at most {longest} bytes.")
            return self.rfile.read(int(length))

        def _reply(self, status: int, media_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", media_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # pylint: disable=redefined-builtin
            """Calls are not logged."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 16

    return Server((_HOST, 0), Handler)
