"""Messages out, replies back, and what goes wrong on the way."""

import threading
import time
import unittest
from collections.abc import Callable
from typing import Any

import grpc
import numpy as np
from flwr.app import ConfigRecord, RecordDict
from flwr.proto.message_pb2 import Message as ProtoMessage
from support import LORA_B, RUN_ID, MemoryGrid, Outgoing, adapter, reply_to, task

from safe_fedllm_flower import _exchange
from safe_fedllm_flower._exchange import Exchange, RunLostError
from safe_fedllm_flower._objects import DeflatedReply, inflate, tree_ids

LIMIT_SECONDS = 120.0


class Stopped(grpc.RpcError):
    """What a grid raises when the run is over."""


class NotRunning(BaseException):
    """What Flower's own grids raise when the run is over: no Exception."""


class ExchangeTest(unittest.TestCase):
    """Against a grid in memory."""

    def setUp(self) -> None:
        self.grid = MemoryGrid()
        self.exchange = Exchange(self.grid, RUN_ID, lambda message: None)
        self.addCleanup(self.exchange.close)

    def send(self, *messages: Outgoing) -> None:
        """Announces and uploads."""
        _, wanted, session = self.exchange.announce([m.envelope for m in messages], [m.tree for m in messages])
        objects = {key: content for message in messages for key, content in message.objects.items()}
        for key in wanted:
            self.assertTrue(self.exchange.put(session, key, objects[key]))

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits for what another thread does."""
        end = time.monotonic() + LIMIT_SECONDS
        while not condition():
            self.assertLess(time.monotonic(), end, "it does not happen")
            time.sleep(0.01)

    def send_all(self, *messages: Outgoing) -> None:
        """Announces, uploads, and waits until the grid has them."""
        self.send(*messages)
        self.until(lambda: len(self.grid.pushed) == len(messages))

    def reply(self, message: Outgoing) -> DeflatedReply:
        """Waits for a reply."""
        end = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < end:
            replies = self.exchange.replies([message.message_id])
            if replies:
                return replies[0]
            time.sleep(0.01)
        self.fail("there is no reply")

    def test_reply_has_the_bytes_of_the_grid(self) -> None:
        sent = task()
        self.send_all(sent)
        self.grid.replies["grid-1"] = reply_to(self.grid.pushed[0], value=1.25)

        reply = self.reply(sent)

        contents = {key: self.exchange.content(key) or b"" for key in tree_ids(reply.tree)}
        received = inflate([reply.message_id], contents)[0]
        np.testing.assert_array_equal(received.content["arrays"][LORA_B].numpy(), np.full((4, 2), 1.25, np.float32))
        self.assertEqual(received.metadata.run_id, RUN_ID)

    def test_message_is_sent_when_its_last_object_has_come(self) -> None:
        sent = task()
        _, wanted, session = self.exchange.announce([sent.envelope], [sent.tree])
        for key in wanted[:-1]:
            self.exchange.put(session, key, sent.objects[key])
        self.assertEqual(self.grid.pushed, [])
        self.exchange.put(session, wanted[-1], sent.objects[wanted[-1]])
        self.until(lambda: len(self.grid.pushed) == 1)

    def test_object_that_comes_again_is_stored(self) -> None:
        sent = task()
        _, wanted, session = self.exchange.announce([sent.envelope], [sent.tree])
        for key in [*wanted, *wanted]:
            self.assertTrue(self.exchange.put(session, key, sent.objects[key]))
        self.until(lambda: len(self.grid.pushed) == 1)
        self.reply_comes(sent)
        self.assertEqual(len(self.grid.pushed), 1)

    def reply_comes(self, sent: Outgoing) -> None:
        """Lets the grid answer its one message, and waits for the answer."""
        self.grid.replies["grid-1"] = reply_to(self.grid.pushed[0])
        self.reply(sent)

    def test_last_object_does_not_wait_for_the_grid(self) -> None:
        grid = HesitatingGrid()
        self.grid = grid
        self.exchange = Exchange(grid, RUN_ID, lambda message: None)
        self.addCleanup(grid.go_on.set)
        self.send(task())
        self.assertEqual(grid.pushed, [])
        grid.go_on.set()
        self.until(lambda: len(grid.pushed) == 1)

    def test_run_that_is_over_when_a_message_is_pushed_is_lost(self) -> None:
        self.exchange = Exchange(OverGrid(), RUN_ID, lambda message: None)
        self.send(task())
        self.until(lambda: self.exchange.failure is not None)
        self.assertIsInstance(self.exchange.failure, NotRunning)
        with self.assertRaises(RunLostError):
            self.exchange.replies([])

    def test_run_that_is_over_when_nodes_are_asked_for_is_lost(self) -> None:
        self.exchange = Exchange(OverGrid(), RUN_ID, lambda message: None)
        with self.assertRaises(RunLostError):
            self.exchange.node_ids()
        self.assertIsInstance(self.exchange.failure, NotRunning)

    def test_run_that_is_over_when_a_reply_is_pulled_is_lost(self) -> None:
        sent = task()
        self.send_all(sent)
        self.grid.replies["grid-1"] = NotRunning()
        with self.assertRaises(RunLostError):
            self.reply(sent)
        self.assertIsInstance(self.exchange.failure, NotRunning)
        self.until(lambda: self.exchange._workers == 0)
        self.assertEqual(self.exchange._busy_since, {})

    def test_object_that_is_not_what_its_id_says_is_refused(self) -> None:
        sent = task()
        _, wanted, session = self.exchange.announce([sent.envelope], [sent.tree])
        self.assertFalse(self.exchange.put(session, wanted[0], b"something else"))
        self.assertFalse(self.exchange.put("no such upload", wanted[0], sent.objects[wanted[0]]))

    def test_users_entries_reach_the_client(self) -> None:
        self.exchange = Exchange(self.grid, RUN_ID, _extended)
        self.send_all(task())
        self.assertEqual(self.grid.pushed[0].content["config"]["save_path"], "results")

    def test_node_that_is_gone_is_an_error_reply(self) -> None:
        self.grid.accepts = False
        sent = task()
        self.send(sent)
        self.assertEqual(ProtoMessage.FromString(self.reply(sent).envelope).error.code, 5)

    def test_reply_that_cannot_be_read_harms_no_other(self) -> None:
        first, second = task(), _other_task()
        self.send_all(first, second)
        self.grid.replies["grid-1"] = ValueError("no such type of object")
        self.grid.replies["grid-2"] = reply_to(self.grid.pushed[1])

        broken = ProtoMessage.FromString(self.reply(first).envelope)

        self.assertIn("no such type of object", broken.error.reason)
        self.assertFalse(ProtoMessage.FromString(self.reply(second).envelope).HasField("error"))
        self.assertIsNone(self.exchange.failure)

    def test_end_of_the_run_is_told_at_every_call(self) -> None:
        sent = task()
        self.send_all(sent)
        self.grid.replies["grid-1"] = Stopped()
        with self.assertRaises(RunLostError):
            self.reply(sent)
        self.assertIsInstance(self.exchange.failure, Stopped)
        with self.assertRaises(RunLostError):
            self.exchange.node_ids()

    def test_reply_that_never_ends_delays_no_other(self) -> None:
        grid = StallingGrid()
        self.grid = grid
        self.exchange = Exchange(grid, RUN_ID, lambda message: None)
        self.addCleanup(grid.go_on.set)
        self.addCleanup(setattr, _exchange, "_STALLED_SECONDS", _exchange._STALLED_SECONDS)
        _exchange._STALLED_SECONDS = 0.1
        first, second = task(), _other_task()
        self.send_all(first, second)
        grid.replies["grid-2"] = reply_to(grid.pushed[1])

        self.reply(second)

        self.assertTrue(grid.is_stalled)


class StallingGrid(MemoryGrid):
    """Its first message has a reply that is being uploaded, and uploaded, and uploaded."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.is_stalled = False

    def pull_messages(self, message_ids: list[str]) -> Any:
        """Does not return for the first message."""
        if "grid-1" in message_ids:
            self.is_stalled = True
            self.go_on.wait()
        return super().pull_messages(message_ids)


class HesitatingGrid(MemoryGrid):
    """Takes a message only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def push_messages(self, messages: list[Any]) -> list[str]:
        """Waits."""
        self.go_on.wait()
        return super().push_messages(messages)


class OverGrid(MemoryGrid):
    """Its run has been stopped."""

    def get_node_ids(self) -> list[int]:
        """Refuses."""
        raise NotRunning

    def push_messages(self, messages: list[Any]) -> list[str]:
        """Refuses."""
        raise NotRunning


def _extended(message: Any) -> None:
    message.content["config"]["save_path"] = "results"


def _other_task() -> Outgoing:
    return Outgoing(RecordDict({"arrays": adapter(0.75), "config": ConfigRecord({"server-round": 1})}))
