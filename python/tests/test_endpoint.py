"""The loopback server: one run, one executor, nothing for anybody else."""

import http.client
import time
import unittest
from typing import Any

from support import NODE_ID, RUN_ID, MemoryGrid, reply_to, signed, task

from safe_fedllm_flower._app import served_app
from safe_fedllm_flower._endpoint import RunEndpoint
from safe_fedllm_flower._exchange import Exchange
from safe_fedllm_flower._wire import make, parse

LIMIT_SECONDS = 120.0
SECRET = b"0123456789abcdef"
PROTOBUF = {"content-type": "application/protobuf"}


class RunEndpointTest(unittest.TestCase):
    """Over real connections."""

    def setUp(self) -> None:
        self.grid = MemoryGrid()
        exchange = Exchange(self.grid, RUN_ID, lambda message: None)
        self.addCleanup(exchange.close)
        self.app = served_app("@me/my-app", "1.2.3", {"num-server-rounds": 3})
        self.endpoint = RunEndpoint(RUN_ID, self.app, exchange, SECRET)
        self.addCleanup(self.endpoint.close)
        self.endpoint.start()
        self.nonces = 0

    def call(self, method: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Makes one call on a connection of its own."""
        connection = http.client.HTTPConnection(self.endpoint.address, timeout=LIMIT_SECONDS)
        self.addCleanup(connection.close)
        connection.request("POST", f"/v1/runtime/{method}", body, PROTOBUF | (headers or {}))
        response = connection.getresponse()
        return response.status, response.read()

    def acquire(self, *types: str, secret: bytes = SECRET) -> Any:
        """Asks for a task; returns the answer, or the status where it is refused."""
        body = make("AcquireTaskRequest", supported_task_types=types).SerializeToString()
        self.nonces += 1
        status, answer = self.call("acquire-task", body, signed(secret, "AcquireTask", body, str(self.nonces)))
        return parse("AcquireTaskResponse", answer) if status == 200 else status

    def claimed(self) -> dict[str, str]:
        """Claims the run; returns the headers for its calls."""
        return {"flwr-task-token": self.acquire("flwr-serverapp").token}

    def test_claim_with_the_secret_gets_the_run(self) -> None:
        answer = self.acquire("flwr-serverapp")
        self.assertEqual((answer.task.run_id, answer.task.fab_hash), (RUN_ID, self.app.fab_hash))
        self.assertEqual(len(answer.token), 256)

    def test_claim_for_no_type_takes_nothing(self) -> None:
        self.assertEqual(self.acquire().token, "")
        self.assertNotEqual(self.acquire("flwr-serverapp").token, "")

    def test_second_claim_gets_nothing(self) -> None:
        self.claimed()
        self.assertEqual(self.acquire("flwr-serverapp").token, "")

    def test_claim_without_the_secret_is_refused(self) -> None:
        self.assertEqual(self.acquire("flwr-serverapp", secret=b"guessed"), 401)
        self.assertEqual(self.call("acquire-task")[0], 401)

    def test_every_call_of_the_run_needs_its_token(self) -> None:
        self.claimed()
        for method in ("get-nodes", "pull-task-input", "pull-object", "push-messages", "push-task-output"):
            with self.subTest(method=method):
                self.assertEqual(self.call(method)[0], 401)
                self.assertEqual(self.call(method, headers={"flwr-task-token": "f" * 256})[0], 401)

    def test_claim_that_is_too_long_is_not_read(self) -> None:
        self.assertEqual(self.call("acquire-task", b"x" * 5000)[0], 413)

    def test_call_after_the_close_is_refused_on_a_connection_that_is_open(self) -> None:
        token = PROTOBUF | self.claimed()
        connection = http.client.HTTPConnection(self.endpoint.address, timeout=LIMIT_SECONDS)
        self.addCleanup(connection.close)
        connection.request("POST", "/v1/runtime/get-nodes", b"", token)
        first = connection.getresponse()
        first.read()
        self.assertEqual(first.status, 200)
        self.endpoint.close()
        connection.request("POST", "/v1/runtime/get-nodes", b"", token)
        self.assertEqual(connection.getresponse().status, 401)

    def test_other_paths_are_not_found(self) -> None:
        token = self.claimed()
        self.assertEqual(self.call("pull-pending-tasks", headers=token)[0], 404)

    def test_malformed_request_is_refused(self) -> None:
        self.assertEqual(self.call("push-logs", b"\xff", self.claimed())[0], 400)

    def test_inputs_come_once(self) -> None:
        token = self.claimed()
        status, body = self.call("pull-task-input", headers=token)
        inputs = parse("PullTaskInputResponse", body)
        self.assertEqual(status, 200)
        self.assertEqual((inputs.run.run_id, inputs.run.fab_id), (RUN_ID, "me/my-app"))
        self.assertEqual((inputs.fab.hash_str, inputs.fab.content), (self.app.fab_hash, self.app.fab))
        self.assertEqual(self.call("pull-task-input", headers=token)[0], 412)

    def test_message_travels_out_and_its_reply_back(self) -> None:
        token = self.claimed()
        sent = task()
        request = make("PushMessagesRequest", messages=[sent.envelope], trees=[sent.tree]).SerializeToString()
        answer = parse("PushMessagesResponse", self.call("push-messages", request, token)[1])
        for wanted in answer.objects_to_push:
            part = make(
                "PushObjectRequest", object_id=wanted, content=sent.objects[wanted], session_id=answer.session_id
            ).SerializeToString()
            self.assertTrue(parse("PushObjectResponse", self.call("push-object", part, token)[1]).stored)
        self.await_pushed()
        self.grid.replies["grid-1"] = reply_to(self.grid.pushed[0])

        reply = self.await_reply(sent.message_id, token)

        wanted = make("PullObjectRequest", object_id=reply).SerializeToString()
        self.assertTrue(parse("PullObjectResponse", self.call("pull-object", wanted, token)[1]).available)
        self.call("confirm-message-received", make("ConfirmMessageReceivedRequest", message_id=reply).SerializeToString(), token)
        self.assertFalse(parse("PullObjectResponse", self.call("pull-object", wanted, token)[1]).found)

    def await_pushed(self) -> None:
        """Waits until the grid has the message."""
        end = time.monotonic() + LIMIT_SECONDS
        while not self.grid.pushed:
            self.assertLess(time.monotonic(), end, "the message does not reach the grid")
            time.sleep(0.01)

    def await_reply(self, message_id: str, token: dict[str, str]) -> str:
        """Polls as the side process does; returns the id of the reply."""
        request = make("PullMessagesRequest", message_ids=[message_id]).SerializeToString()
        end = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < end:
            answer = parse("PullMessagesResponse", self.call("pull-messages", request, token)[1])
            if answer.messages:
                from flwr.proto.message_pb2 import Message  # pylint: disable=import-outside-toplevel

                metadata = Message.FromString(answer.messages[0]).metadata
                self.assertEqual(metadata.reply_to_message_id, message_id)
                self.assertEqual(metadata.src_node_id, NODE_ID)
                return str(metadata.message_id)
        self.fail("there is no reply")

    def test_nodes_are_those_of_the_grid(self) -> None:
        body = self.call("get-nodes", headers=self.claimed())[1]
        self.assertEqual([node.node_id for node in parse("GetNodesResponse", body).nodes], [NODE_ID])

    def test_grid_that_fails_ends_the_run(self) -> None:
        token = self.claimed()
        self.grid.failure = ConnectionError("stopped")
        self.assertEqual(self.call("get-nodes", headers=token)[0], 401)
        self.assertFalse(parse("SendTaskHeartbeatResponse", self.call("send-task-heartbeat", headers=token)[1]).success)

    def test_end_of_the_run_is_final(self) -> None:
        token = self.claimed()
        output = make("PushTaskOutputRequest", sub_status="failed", details="why").SerializeToString()
        self.assertEqual(self.call("push-task-output", output, token)[0], 200)
        outcome = self.endpoint.outcome
        self.assertEqual((outcome.status, outcome.details), ("failed", "why"))
        self.assertEqual(self.call("get-nodes", headers=token)[0], 401)
