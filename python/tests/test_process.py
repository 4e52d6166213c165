"""The side process: its events, its last words, and its end with ours. Small shell programs stand in for the Java one."""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from support import LORA_A, MemoryGrid, adapter

from safe_fedllm_flower import SafeFedLlm, SafeFedLlmError
from safe_fedllm_flower._process import SideProcess

LIMIT_SECONDS = 120.0
NO_JAVA = "safe-fedllm: needs a JDK, version 17 or newer, and found none. SFL-001 (docs/exit-codes/SFL-001.md)"


class SideProcessTest(unittest.TestCase):
    """With programs that do one thing each."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = Path(directory.name)
        logging.getLogger("flwr").setLevel(logging.ERROR)

    def program(self, *lines: str) -> Path:
        """Writes a shell program."""
        file = self.home / "safe-fedllm"
        file.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
        file.chmod(0o755)
        return file

    def start(self, *lines: str) -> SideProcess:
        """Starts one."""
        process = SideProcess(self.program(*lines), [])
        self.addCleanup(process.close)
        return process

    def test_events_come_in_order_and_end(self) -> None:
        process = self.start("""echo '{"type":"ready"}'; echo 'no event'; echo '{"type":"round","round":1}'""")
        self.assertEqual([event["type"] for event in iter(process.events.get, None)], ["ready", "round"])
        process.require_success()

    def test_failure_has_the_last_words_of_the_program(self) -> None:
        process = self.start(f"echo '{NO_JAVA}' >&2", "echo 'and more' >&2", "exit 1")
        list(iter(process.events.get, None))
        with self.assertRaises(SafeFedLlmError) as caught:
            process.require_success()
        self.assertEqual(str(caught.exception), NO_JAVA)

    def test_failure_without_words_names_the_status(self) -> None:
        process = self.start("exit 7")
        list(iter(process.events.get, None))
        with self.assertRaisesRegex(SafeFedLlmError, "ended with status 7"):
            process.require_success()

    def test_close_ends_a_program_that_waits(self) -> None:
        process = self.start(f"cat > /dev/null; touch {self.home}/ended")
        process.close()
        self.assertTrue((self.home / "ended").exists())

    def test_what_starts_is_given_the_arguments(self) -> None:
        process = SideProcess(self.program(f'echo "$@" > {self.home}/arguments'), ["--once"])
        process.close()
        self.assertEqual((self.home / "arguments").read_text().split(), ["serve", "--json", "--end-with-input", "--once"])

    def test_parent_that_is_killed_takes_it_along(self) -> None:
        program = self.program(f"touch {self.home}/begun; cat > /dev/null; touch {self.home}/ended")
        script = (
            "import sys, time\nfrom pathlib import Path\nfrom safe_fedllm_flower._process import SideProcess\n"
            f"process = SideProcess(Path({str(program)!r}), [])\ntime.sleep(60)\n"
        )
        with subprocess.Popen([sys.executable, "-c", script]) as parent:
            self.await_file("begun")
            os.kill(parent.pid, signal.SIGKILL)
        self.await_file("ended")

    def await_file(self, name: str) -> None:
        """Waits until a program has made a file."""
        end = time.monotonic() + LIMIT_SECONDS
        while not (self.home / name).exists():
            self.assertLess(time.monotonic(), end, f"there is no {name}")
            time.sleep(0.01)


class StrategyTest(unittest.TestCase):
    """What goes wrong before a round is played."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = Path(directory.name)
        self.program = self.home / "safe-fedllm"
        logging.getLogger("flwr").setLevel(logging.ERROR)

    def strategy(self, *lines: str) -> SafeFedLlm:
        """A strategy whose side process is a shell program."""
        self.program.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
        self.program.chmod(0o755)
        return SafeFedLlm({"safe-fedllm.level": "none"}, launcher=self.home, state_dir=self.home / "state")

    def test_program_that_fails_fails_the_run(self) -> None:
        with self.assertRaisesRegex(SafeFedLlmError, "SFL-001"):
            self.strategy(f"echo '{NO_JAVA}' >&2; exit 1").start(MemoryGrid(), adapter(), num_rounds=1)  # type: ignore[arg-type]

    def test_secret_and_first_adapter_are_the_owners_alone(self) -> None:
        look = 'for name in "$@"; do [ -e "$name" ] && stat -c "%a %n" "$name" "$(dirname "$name")"; done'
        strategy = self.strategy(f'{{ {look}; }} > {self.home}/modes; echo "$@" > {self.home}/arguments; exit 1')
        with self.assertRaises(SafeFedLlmError):
            strategy.start(MemoryGrid(), adapter(), num_rounds=1)  # type: ignore[arg-type]
        arguments = (self.home / "arguments").read_text().split()
        secret = arguments[arguments.index("--superexec-auth-secret-file") + 1]
        modes = (self.home / "modes").read_text()
        self.assertIn(f"600 {secret}\n", modes)
        self.assertIn(f"700 {Path(secret).parent}\n", modes)
        self.assertFalse(Path(secret).parent.exists(), "nothing is left behind")

    def test_initial_adapter_in_the_run_config_is_refused(self) -> None:
        with self.assertRaisesRegex(SafeFedLlmError, "leave safe-fedllm.initial-adapter out"):
            SafeFedLlm({"safe-fedllm.initial-adapter": "x"}, launcher=self.home)

    def test_rounds_are_not_played_one_by_one(self) -> None:
        with self.assertRaisesRegex(NotImplementedError, "call start"):
            self.strategy("exit 0").aggregate_train(1, [])

    def test_arrays_without_lora_names_are_refused_before_anything_starts(self) -> None:
        arrays = adapter()
        arrays["other"] = arrays[LORA_A]
        with self.assertRaisesRegex(SafeFedLlmError, "no LoRA matrix"):
            self.strategy(f"touch {self.home}/started").start(MemoryGrid(), arrays)  # type: ignore[arg-type]
        self.assertFalse((self.home / "started").exists())
