"""Requests and answers of Flower's executor API, dialect `http-acquire`, as far as an executor of ServerApps uses them.

Flower's own classes of these messages have other names and fields in other releases, and some releases lack them. So they
are declared here, in a descriptor pool of their own. Embedded messages that are only handed on are declared as bytes, which
is the same on the wire.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE = "safefedllm"
_FIELD = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "bytes": _FIELD.TYPE_BYTES,
    "string": _FIELD.TYPE_STRING,
    "bool": _FIELD.TYPE_BOOL,
    "uint64": _FIELD.TYPE_UINT64,
}

# Message: fields as (name, number, type); a star repeats, a capital letter names one of these messages.
_SCHEMA: dict[str, list[tuple[str, int, str]]] = {
    "Node": [("node_id", 1, "uint64")],
    "Task": [("task_id", 1, "uint64"), ("type", 2, "string"), ("run_id", 3, "uint64"), ("fab_hash", 9, "string")],
    "Context": [("run_id", 1, "uint64"), ("node_id", 2, "uint64")],
    "Run": [
        ("run_id", 1, "uint64"),
        ("fab_id", 2, "string"),
        ("fab_version", 3, "string"),
        ("fab_hash", 5, "string"),
    ],
    "Fab": [("hash_str", 1, "string"), ("content", 2, "bytes")],
    "AcquireTaskRequest": [("supported_task_types", 1, "string*")],
    "AcquireTaskResponse": [("task", 1, "Task"), ("token", 2, "string")],
    "SendTaskHeartbeatResponse": [("success", 1, "bool")],
    "PullTaskInputResponse": [("context", 1, "Context"), ("run", 2, "Run"), ("fab", 3, "Fab"), ("task_id", 5, "uint64")],
    "PushTaskOutputRequest": [("sub_status", 2, "string"), ("details", 3, "string")],
    "GetNodesResponse": [("nodes", 1, "Node*")],
    "PushMessagesRequest": [("messages", 2, "bytes*"), ("trees", 3, "bytes*")],
    "PushMessagesResponse": [("message_ids", 1, "string*"), ("objects_to_push", 2, "string*"), ("session_id", 3, "string")],
    "PullMessagesRequest": [("message_ids", 2, "string*")],
    "PullMessagesResponse": [("messages", 1, "bytes*"), ("trees", 2, "bytes*")],
    "PushObjectRequest": [("object_id", 3, "string"), ("content", 4, "bytes"), ("session_id", 5, "string")],
    "PushObjectResponse": [("stored", 1, "bool")],
    "PullObjectRequest": [("object_id", 3, "string")],
    "PullObjectResponse": [("found", 1, "bool"), ("available", 2, "bool"), ("content", 3, "bytes")],
    "ConfirmMessageReceivedRequest": [("message_id", 3, "string")],
    "PushLogsRequest": [("logs", 3, "string*")],
    "Empty": [],
}


def _declare(file: descriptor_pb2.FileDescriptorProto, name: str, fields: list[tuple[str, int, str]]) -> None:
    message = file.message_type.add(name=name)
    for field_name, number, kind in fields:
        base = kind.removesuffix("*")
        label = _FIELD.LABEL_REPEATED if kind.endswith("*") else _FIELD.LABEL_OPTIONAL
        field = message.field.add(name=field_name, number=number, label=label)
        if base in _TYPES:
            field.type = _TYPES[base]
        else:
            field.type = _FIELD.TYPE_MESSAGE
            field.type_name = f".{_PACKAGE}.{base}"


def _classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="safefedllm/executor.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _SCHEMA.items():
        _declare(file, name, fields)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in _SCHEMA}


_CLASSES = _classes()


def make(name: str, **values: Any) -> Any:
    """Returns a new message of a declared type."""
    return _CLASSES[name](**values)


def parse(name: str, body: bytes) -> Any:
    """Reads a message of a declared type.

    Raises google.protobuf.message.DecodeError if the bytes are none.
    """
    return _CLASSES[name].FromString(body)
