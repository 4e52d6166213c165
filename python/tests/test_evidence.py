"""Step evidence, against the records that the Java client makes of the same training."""

import json
import unittest
from pathlib import Path
from typing import Any

import numpy as np
from flwr.app import Array, ArrayRecord, ConfigRecord, Message, RecordDict
from support import LORA_A, LORA_B, Outgoing, adapter

from safe_fedllm_flower import StepEvidence
from safe_fedllm_flower._objects import inflate
from safe_fedllm_flower.evidence import RECORD, adapter_sha256

VECTORS = Path(__file__).parent / "vectors" / "step-evidence.json"


def message(arrays: ArrayRecord, config: dict[str, Any]) -> Message:
    """A train message."""
    content = RecordDict({"arrays": arrays, "config": ConfigRecord({"server-round": 1, **config})})
    sent = Outgoing(content)
    return inflate([sent.message_id], sent.objects)[0]


def request(*keys: str) -> dict[str, Any]:
    """What a server asks with."""
    return {
        "safe-fedllm.evidence": "report",
        "safe-fedllm.evidence-keys": list(keys),
        "safe-fedllm.probe-sha256": "ab",
    }


class VectorTest(unittest.TestCase):
    """Records of the Java client, byte for byte."""

    def test_main_task(self) -> None:
        self.check("main", {})

    def test_shadow_task(self) -> None:
        self.check("shadow", {"safe-fedllm.shadow": True, "safe-fedllm.round": 1})

    def check(self, name: str, config: dict[str, Any]) -> None:
        """Replays a training and compares the record."""
        vector = json.loads(VECTORS.read_text())[name]
        states = [
            {
                key: np.frombuffer(bytes.fromhex(tensor["littleEndian"][t]), dtype="<f4").reshape(tensor["shape"])
                for key, tensor in vector["tensors"].items()
            }
            for t in range(4)
        ]
        asked = request(*vector["request"]["keys"]) | {"safe-fedllm.probe-sha256": vector["request"]["probe"]} | config
        evidence = StepEvidence(message(ArrayRecord({k: Array(v) for k, v in states[0].items()}), asked))
        evidence.record_rate(vector["learningRate"])
        for state in states[1:]:
            evidence.record_step(state)
        content = RecordDict()
        evidence.add_to(content)
        record = {k: v.hex() if isinstance(v, bytes) else v for k, v in content[RECORD].items()}
        self.assertEqual(record, vector["record"])


class StepEvidenceTest(unittest.TestCase):
    """What is asked for, and what is not."""

    def test_server_that_does_not_ask_gets_nothing(self) -> None:
        evidence = StepEvidence(message(adapter(), {}))
        evidence.record_step({})
        content = RecordDict()
        evidence.add_to(content)
        self.assertFalse(evidence.is_asked_for)
        self.assertEqual(len(content), 0)

    def test_rate_of_the_task_wins(self) -> None:
        self.assertEqual(StepEvidence(message(adapter(), {"safe-fedllm.learning-rate": 0.5})).learning_rate(0.1), 0.5)
        self.assertEqual(StepEvidence(message(adapter(), {})).learning_rate(0.1), 0.1)

    def test_callback_that_was_forgotten_is_an_error(self) -> None:
        with self.assertRaisesRegex(ValueError, "no step was recorded"):
            StepEvidence(message(adapter(), request(LORA_B))).add_to(RecordDict())

    def test_unknown_request_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "must be 'report'"):
            StepEvidence(message(adapter(), {"safe-fedllm.evidence": "all"}))
        with self.assertRaisesRegex(ValueError, "which the adapter of the message lacks"):
            StepEvidence(message(adapter(), request("other")))
        with self.assertRaisesRegex(ValueError, "a list of tensor names"):
            StepEvidence(message(adapter(), {"safe-fedllm.evidence": "report"}))

    def test_tensor_of_another_shape_is_refused(self) -> None:
        evidence = StepEvidence(message(adapter(), request(LORA_A)))
        with self.assertRaisesRegex(ValueError, "has shape"):
            evidence.record_step({LORA_A: np.zeros((1, 1), np.float32)})

    def test_digest_takes_negative_zero_for_zero(self) -> None:
        negative = {"a": np.array([-0.0, 1.0], np.float32)}
        positive = {"a": np.array([0.0, 1.0], np.float32)}
        self.assertEqual(adapter_sha256(negative), adapter_sha256(positive))
