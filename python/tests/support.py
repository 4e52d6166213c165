"""What several tests need: a grid in memory, and messages as the side process sends them."""

import hashlib
import hmac
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
from flwr.app import Array, ArrayRecord, ConfigRecord, Message, MetricRecord, RecordDict
from flwr.proto.message_pb2 import Message as ProtoMessage
from flwr.proto.message_pb2 import ObjectTree

from safe_fedllm_flower._objects import get_all_nested_objects, get_object_tree, object_id

RUN_ID = 1234567890123456789
NODE_ID = 2**63 + 7
LORA_A = "base_model.model.layers.0.q_proj.lora_A.weight"
LORA_B = "base_model.model.layers.0.q_proj.lora_B.weight"


def adapter(value: float = 0.5) -> ArrayRecord:
    """An adapter of rank 2."""
    return ArrayRecord(
        {
            LORA_B: Array(np.full((4, 2), value, dtype=np.float32)),
            LORA_A: Array(np.full((2, 3), value, dtype=np.float32)),
        }
    )


class MemoryGrid:
    """A grid that keeps what is pushed, and hands out what a test puts into `replies`: messages, or exceptions to raise."""

    def __init__(self) -> None:
        self.run = SimpleNamespace(run_id=RUN_ID, fab_id="@me/my-app", fab_version="1.2.3")
        self.pushed: list[Message] = []
        self.accepts = True
        self.replies: dict[str, Any] = {}
        self.failure: Exception | None = None

    def get_node_ids(self) -> list[int]:
        """The one node."""
        if self.failure:
            raise self.failure
        return [NODE_ID]

    def push_messages(self, messages: list[Message]) -> list[str]:
        """Keeps the messages under ids of its own, as Flower's grid of simulations does."""
        if not self.accepts:
            return [""]
        self.pushed += messages
        return [f"grid-{len(self.pushed)}"]

    def pull_messages(self, message_ids: list[str]) -> list[Message]:
        """The replies that are there."""
        found = []
        for message_id in message_ids:
            reply = self.replies.pop(message_id, None)
            if isinstance(reply, BaseException):
                raise reply
            if reply is not None:
                found.append(reply)
        return found


class Outgoing:
    """A message as the side process announces it: without content, with a tree, and its objects one by one."""

    def __init__(self, content: RecordDict) -> None:
        proto = ProtoMessage()
        proto.metadata.run_id = RUN_ID
        proto.metadata.src_node_id = 1
        proto.metadata.dst_node_id = NODE_ID
        proto.metadata.ttl = 3600
        proto.metadata.message_type = "train"
        proto.metadata.created_at = time.time()
        body = proto.SerializeToString(deterministic=True)
        head = f"Message {content.object_id} {len(body)}".encode() + b"\0" + body
        self.message_id = object_id(head)
        parts = get_all_nested_objects(content)
        self.objects = {key: part.deflate() for key, part in parts.items()} | {self.message_id: head}
        self.tree = ObjectTree(object_id=self.message_id, children=[get_object_tree(content)]).SerializeToString()
        proto.metadata.message_id = self.message_id
        proto.content.SetInParent()
        self.envelope = proto.SerializeToString()


def task() -> Outgoing:
    """A train message."""
    return Outgoing(RecordDict({"arrays": adapter(), "config": ConfigRecord({"server-round": 1})}))


def reply_to(instruction: Message, value: float = 1.5) -> Message:
    """What a client answers."""
    content = RecordDict({"arrays": adapter(value), "metrics": MetricRecord({"num-examples": 7})})
    instruction.metadata.__dict__["_message_id"] = "whatever the grid calls it"
    return Message(content, reply_to=instruction)


def signed(secret: bytes, method: str, body: bytes, nonce: str = "00", stamp: int | None = None) -> dict[str, str]:
    """Headers of a launcher's call, signed as Flower's SuperExec does."""
    key = hmac.new(secret, b"superexec-auth-v1", hashlib.sha256).digest()
    when = str(int(time.time()) if stamp is None else stamp)
    digest = hashlib.sha256(body).hexdigest()
    text = f"method=/flwr.proto.Runtime/{method}\nts={when}\nnonce={nonce}\nbody_sha256={digest}"
    return {
        "flwr-superexec-ts": when,
        "flwr-superexec-nonce": nonce,
        "flwr-superexec-body-sha256": digest,
        "flwr-superexec-signature": hmac.new(key, text.encode(), hashlib.sha256).hexdigest(),
    }
