"""Flower's content-addressed objects: messages taken apart into objects and put together again."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flwr.app import Message
from flwr.proto.message_pb2 import Message as ProtoMessage  # pylint: disable=no-name-in-module
from flwr.proto.message_pb2 import ObjectTree  # pylint: disable=no-name-in-module

try:
    from flwr.supercore.inflatable.inflatable_object import get_all_nested_objects, get_object_tree
    from flwr.supercore.inflatable.inflatable_utils import inflate_object_from_contents
except ImportError:  # up to flwr 1.26
    from flwr.common.inflatable import get_all_nested_objects, get_object_tree  # type: ignore[no-redef,import-not-found]
    from flwr.common.inflatable_utils import inflate_object_from_contents  # type: ignore[no-redef,import-not-found]


def object_id(content: bytes) -> str:
    """Returns the id of an object: the SHA-256 of all its bytes."""
    return hashlib.sha256(content).hexdigest()


def tree_ids(tree: bytes) -> set[str]:
    """Returns the ids of all objects of a serialized tree."""
    return set(_ids(ObjectTree.FromString(tree)))


def _ids(tree: Any) -> Iterator[str]:
    yield tree.object_id
    for child in tree.children:
        yield from _ids(child)


def envelope_id(envelope: bytes) -> str:
    """Returns the message id in a serialized message without content."""
    return str(ProtoMessage.FromString(envelope).metadata.message_id)


def inflate(message_ids: list[str], contents: dict[str, bytes]) -> list[Message]:
    """Puts messages together; what they share becomes shared records."""
    shared: dict[str, Any] = {}
    return [
        inflate_object_from_contents(message_id, contents, keep_object_contents=True, objects=shared)  # type: ignore[misc]
        for message_id in message_ids
    ]


@dataclass(frozen=True)
class DeflatedReply:
    """A reply as it travels: its envelope, the tree of its objects, and the objects, deflated on demand."""

    message_id: str
    envelope: bytes
    tree: bytes
    head: bytes
    parts: dict[str, Any]

    def content(self, wanted: str) -> bytes | None:
        """Returns the bytes of one object, or nothing if the reply has no such object."""
        if wanted == self.message_id:
            return self.head
        part = self.parts.get(wanted)
        return None if part is None else bytes(part.deflate())


def deflate_reply(reply: Message, run_id: int, reply_to: str) -> DeflatedReply:
    """Takes a reply apart, as one of a run to a message that may have had another id on Flower's side."""
    deflated: bytes = reply.deflate()
    _, children, _ = deflated[: deflated.index(b"\0")].decode().split(" ")
    proto = ProtoMessage.FromString(deflated[deflated.index(b"\0") + 1 :])
    proto.metadata.run_id = run_id
    proto.metadata.reply_to_message_id = reply_to
    body = proto.SerializeToString(deterministic=True)
    head = f"Message {children} {len(body)}".encode() + b"\0" + body
    message_id = object_id(head)
    proto.metadata.message_id = message_id
    if not reply.has_error():
        proto.content.SetInParent()
    return DeflatedReply(message_id, proto.SerializeToString(), _tree(reply, message_id), head, _parts(reply))


def _parts(reply: Message) -> dict[str, Any]:
    if reply.has_error():
        return {}
    return dict(get_all_nested_objects(reply.content))


def _tree(reply: Message, message_id: str) -> bytes:
    children = [] if reply.has_error() else [get_object_tree(reply.content)]
    tree: bytes = ObjectTree(object_id=message_id, children=children).SerializeToString()
    return tree


def deflate_error(run_id: int, reply_to: str, code: int, reason: str, created_at: float) -> DeflatedReply:
    """Makes the reply that stands for one which never came: an error of the platform."""
    proto = ProtoMessage()
    proto.metadata.run_id = run_id
    proto.metadata.src_node_id = 1
    proto.metadata.dst_node_id = 1
    proto.metadata.reply_to_message_id = reply_to
    proto.metadata.message_type = "system"
    proto.metadata.ttl = 60.0
    proto.metadata.created_at = created_at
    proto.error.code = code
    proto.error.reason = reason
    body = proto.SerializeToString(deterministic=True)
    head = f"Message  {len(body)}".encode() + b"\0" + body
    message_id = object_id(head)
    proto.metadata.message_id = message_id
    tree = ObjectTree(object_id=message_id).SerializeToString()
    return DeflatedReply(message_id, proto.SerializeToString(), tree, head, {})
