"""What is written for the side process, and read of what it wrote."""

import hashlib
import io
import json
import os
import tempfile
import tomllib
import unittest
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from flwr.app import Array, ArrayRecord
from support import LORA_A, LORA_B, adapter

from safe_fedllm_flower import LauncherNotFoundError, SafeFedLlmError
from safe_fedllm_flower._adapter import read_adapter, write_adapter
from safe_fedllm_flower._app import served_app
from safe_fedllm_flower._journal import Journal
from safe_fedllm_flower._launcher import find_launcher


class ServedAppTest(unittest.TestCase):
    """The app bundle in memory."""

    def test_run_config_comes_back_as_it_was(self) -> None:
        config: dict[str, Any] = {
            "num-server-rounds": 3,
            "train.learning-rate-max": 1e-05,
            "safe-fedllm.enabled": True,
            "model.name": 'a "quoted" \\ name\nwith \u00fc, \U0001f33c and \x7f',
            "empty": "",
        }
        app = served_app("me/my-app", "1.2.3", config)
        with zipfile.ZipFile(io.BytesIO(app.fab)) as bundle:
            manifest = bundle.read("pyproject.toml")
            listing = bundle.read(".info/CONTENT").decode()
        self.assertEqual(tomllib.loads(manifest.decode())["tool"]["flwr"]["app"]["config"], config)
        self.assertEqual(listing, f"pyproject.toml,{hashlib.sha256(manifest).hexdigest()},{8 * len(manifest)}")
        self.assertEqual(app.fab_hash, hashlib.sha256(app.fab).hexdigest())

    def test_id_of_a_simulation_becomes_one(self) -> None:
        self.assertEqual(served_app("", "", {}).fab_id, "local/app")

    def test_value_of_another_type_is_refused(self) -> None:
        with self.assertRaisesRegex(TypeError, "run config holds"):
            served_app("a/b", "1", {"x": [1]})  # type: ignore[dict-item]


class AdapterTest(unittest.TestCase):
    """PEFT directories."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name) / "adapter"

    def test_adapter_comes_back_in_the_order_asked_for(self) -> None:
        write_adapter(self.directory, adapter(0.25), {"model.lora.peft-lora-alpha": 64, "model.name": "m"})
        config = json.loads((self.directory / "adapter_config.json").read_text())
        self.assertEqual((config["r"], config["lora_alpha"], config["target_modules"]), (2, 64, ["q_proj"]))
        arrays = read_adapter(self.directory, [LORA_B, LORA_A])
        self.assertEqual(list(arrays), [LORA_B, LORA_A])
        np.testing.assert_array_equal(arrays[LORA_B].numpy(), np.full((4, 2), 0.25, np.float32))

    def test_arrays_that_are_no_lora_matrices_are_refused(self) -> None:
        with self.assertRaisesRegex(SafeFedLlmError, "get_peft_model_state_dict"):
            write_adapter(self.directory, ArrayRecord({"w": Array(np.zeros((2, 2), np.float32))}), {})

    def test_ranks_that_differ_are_refused(self) -> None:
        arrays = adapter()
        arrays[LORA_A] = Array(np.zeros((3, 3), np.float32))
        with self.assertRaisesRegex(SafeFedLlmError, r"one rank but have \[2, 3\]"):
            write_adapter(self.directory, arrays, {})

    def test_integers_are_refused(self) -> None:
        with self.assertRaisesRegex(SafeFedLlmError, "int64"):
            write_adapter(self.directory, ArrayRecord({LORA_A: Array(np.zeros((2, 2), np.int64))}), {})


class JournalTest(unittest.TestCase):
    """Metrics from a journal."""

    def test_metrics_of_a_round_while_the_next_is_written(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "journal.jsonl"
            lines = [
                {"type": "run"},
                {"type": "client", "round": 1, "node": "9223372036854775815", "code": "OK", "weight": 0.0},
                {"type": "client", "round": 1, "node": "5", "code": "OK", "weight": 0.7},
                {"type": "client", "round": 1, "node": "6", "code": "NO_REPLY", "weight": 0.0},
                {"type": "client", "round": 1, "node": "7", "code": "OUTGROWN", "weight": 0.0},
                {"type": "round", "round": 1, "meanWeight": 0.35, "skipped": False},
            ]
            file.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"type": "cli')
            metrics = Journal(file).metrics(1)
        self.assertEqual(metrics["weights"], [0.0, 0.7, 0.0, 0.0])
        self.assertEqual(metrics["nodes"], [9223372036854775815, 5, 6, 7])
        self.assertEqual((metrics["hostile"], metrics["clients"], metrics["skipped"]), (1, 4, 0))


class LauncherTest(unittest.TestCase):
    """Where the program is found."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = Path(directory.name).resolve()
        self.program = self.home / "safe-fedllm"

    def make(self) -> None:
        """Puts a program there."""
        self.program.write_text("#!/bin/sh\n")
        self.program.chmod(0o755)

    def test_home_variable_names_the_checkout(self) -> None:
        self.make()
        self.assertEqual(find_launcher(None, {"SAFE_FEDLLM_HOME": str(self.home)}), self.program)

    def test_parameter_wins(self) -> None:
        self.make()
        self.assertEqual(find_launcher(self.program, {"SAFE_FEDLLM_HOME": "/nowhere"}), self.program)

    def test_place_that_was_named_and_is_empty_is_an_error(self) -> None:
        with self.assertRaisesRegex(LauncherNotFoundError, "SAFE_FEDLLM_HOME names"):
            find_launcher(None, {"SAFE_FEDLLM_HOME": str(self.home), "PATH": os.environ["PATH"]})
        with self.assertRaisesRegex(LauncherNotFoundError, "the parameter launcher names"):
            find_launcher(self.home, {})
