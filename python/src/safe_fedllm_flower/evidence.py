"""Step evidence: what a client reports of its local steps when the server asks for it.

Needs nothing but flwr until a callback is made; then transformers and a PEFT model must be there.
"""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Message, RecordDict

if TYPE_CHECKING:
    from transformers import TrainerCallback

Floats = np.ndarray[Any, np.dtype[np.float32]]

RECORD = "safe-fedllm.evidence"
_ASK = "safe-fedllm.evidence"
_KEYS = "safe-fedllm.evidence-keys"
_PROBE = "safe-fedllm.probe-sha256"
_SHADOW = "safe-fedllm.shadow"
_LEARNING_RATE = "safe-fedllm.learning-rate"
_REPORT = "report"
_VERSION = 1


class StepEvidence:
    """Records what one local training changes, step by step, and adds it to the reply. One object a train message.

    Where the server does not ask for evidence nothing is recorded and nothing is added, so the lines can stay in an app
    that also runs under other strategies. The server checks everything: evidence that is not that of the reply makes the
    reply worthless.

    Raises ValueError if the server asks for something unknown, or for tensors that its adapter lacks.
    """

    def __init__(self, message: Message) -> None:
        self._config = _config(message.content)
        self._start = _floats(next(iter(message.content.array_records.values())))
        self._keys = _asked(self._config, self._start)
        self._steps: list[Floats] = []
        self._rate: float | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether the server wants a record of the steps."""
        return bool(self._keys)

    def learning_rate(self, otherwise: float) -> float:
        """Returns the rate of this task: the one that the server names, else the client's own."""
        rate = self._config.get(_LEARNING_RATE, otherwise)
        return float(rate)  # type: ignore[arg-type]

    def callback(self) -> "TrainerCallback":
        """Returns a callback for a transformers Trainer whose model is the PEFT model with the received adapter."""
        from ._callback import StepCallback  # pylint: disable=import-outside-toplevel

        return StepCallback(self)

    def record_step(self, tensors: Mapping[str, Floats]) -> None:
        """Takes the adapter after one more optimiser step, by PEFT's names; tensors that were not asked for may be missing."""
        if not self._keys:
            return
        changes = []
        for key in self._keys:
            values = np.asarray(tensors[key], dtype=np.float32)
            if values.shape != self._start[key].shape:
                raise ValueError(f"tensor '{key}' has shape {values.shape} but was sent as {self._start[key].shape}")
            changes.append((values - self._start[key]).ravel())
        self._steps.append(np.concatenate(changes))

    def record_rate(self, learning_rate: float) -> None:
        """Takes the learning rate that the training runs with."""
        self._rate = float(learning_rate)

    @property
    def keys(self) -> list[str]:
        """The names of the tensors that are asked for, in the server's order; empty if it does not ask."""
        return list(self._keys)

    def add_to(self, content: RecordDict) -> None:
        """Adds the evidence to the content of the reply, if the server asked for it.

        Raises ValueError if no step was recorded: then the callback was not given to the trainer.
        """
        if not self._keys:
            return
        if not self._steps or self._rate is None:
            raise ValueError("no step was recorded; pass evidence.callback() to the trainer's callbacks")
        content[RECORD] = ConfigRecord(
            {
                "version": _VERSION,
                "run": "shadow" if self._config.get(_SHADOW, False) else "main",
                "steps": list(range(1, len(self._steps) + 1)),
                "keys": list(self._keys),
                **{f"step-{t}": step.astype("<f4").tobytes() for t, step in enumerate(self._steps, start=1)},
                "probe-sha256": str(self._config.get(_PROBE, "")),
                "base-sha256": adapter_sha256(self._start),
                "lora-a-sha256": adapter_sha256({k: v for k, v in self._start.items() if ".lora_A." in k}),
                "learning-rate": self._rate,
            }
        )


def adapter_sha256(tensors: Mapping[str, Floats]) -> str:
    """Returns the digest of named tensors: names in code-point order, values as big-endian binary32, -0 as +0."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode() + b"\0")
        digest.update((np.asarray(tensors[name], dtype=np.float32) + np.float32(0)).astype(">f4").tobytes())
    return digest.hexdigest()


def _config(content: RecordDict) -> ConfigRecord:
    """Flower's own config record; ours beside it carry their own names."""
    for name, record in content.config_records.items():
        if not name.startswith("safe-fedllm."):
            return record
    return ConfigRecord()


def _floats(record: ArrayRecord) -> dict[str, Floats]:
    return {name: np.asarray(array.numpy(), dtype=np.float32) for name, array in record.items()}


def _asked(config: ConfigRecord, start: Mapping[str, Floats]) -> list[str]:
    kind = config.get(_ASK)
    if kind is None:
        return []
    if kind != _REPORT:
        raise ValueError(f"{_ASK} must be '{_REPORT}' or absent but was {kind!r}")
    keys = config.get(_KEYS)
    if not isinstance(keys, list) or not keys:
        raise ValueError(f"{_ASK} needs {_KEYS}, a list of tensor names")
    missing = [str(key) for key in keys if key not in start]
    if missing:
        raise ValueError(f"{_KEYS} names '{missing[0]}', which the adapter of the message lacks")
    return [str(key) for key in keys]
