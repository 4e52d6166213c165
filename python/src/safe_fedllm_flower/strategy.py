"""The strategy for people who keep their Python ServerApp."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

from flwr.app import ArrayRecord, ConfigRecord, Message, MetricRecord
from flwr.serverapp import Grid
from flwr.serverapp.strategy import Result, Strategy

from ._adapter import read_adapter, write_adapter
from ._app import ConfigValue, served_app
from ._endpoint import RunEndpoint
from ._exchange import Exchange
from ._journal import Journal
from ._launcher import find_launcher
from ._logs import LOG
from ._process import SideProcess
from .errors import SafeFedLlmError

_ROUNDS = "num-server-rounds"
_TIMEOUT = "safe-fedllm.round.timeout-seconds"
_INITIAL_ADAPTER = "safe-fedllm.initial-adapter"
_STATE_VARIABLE = "SAFE_FEDLLM_STATE_DIR"
_STATE_DEFAULT = "safe-fedllm-state"
_SECRET_BYTES = 32

StrPath = str | os.PathLike[str]


class SafeFedLlm(Strategy):
    """Plays a run's rounds with Safe-FedLLM, in a Java process beside the ServerApp.

    The process runs the same code as `safe-fedllm serve`: the same settings from the run config, the same journal and
    adapters in the state directory, the same verdicts. It talks to the ServerApp over the loopback interface, knows nothing
    of the SuperLink, and ends with the ServerApp. One run at a time.

    Parameters
    ----------
    run_config : Mapping[str, bool | int | float | str]
        The run config, `context.run_config`; keys that begin with `safe-fedllm.` are settings of the defence.
    probe : path, optional
        The trained probe of runs whose settings name none.
    settings : Mapping, optional
        Settings that are weaker than the run config, as `serve --set`.
    state_dir : path, optional
        Where journal and adapters go, one directory a run; unless given $SAFE_FEDLLM_STATE_DIR or `safe-fedllm-state`.
    device : str, optional
        Where the probe scores: auto, cpu, cuda:0.
    launcher : path, optional
        The `safe-fedllm` program or the checkout that holds it; unless given $SAFE_FEDLLM_HOME, then the PATH.
    """

    def __init__(
        self,
        run_config: Mapping[str, ConfigValue],
        *,
        probe: StrPath | None = None,
        settings: Mapping[str, ConfigValue] | None = None,
        state_dir: StrPath | None = None,
        device: str | None = None,
        launcher: StrPath | None = None,
    ) -> None:
        if _INITIAL_ADAPTER in run_config:
            raise SafeFedLlmError(f"the run begins with the initial arrays; leave {_INITIAL_ADAPTER} out of the run config")
        self._run_config = dict(run_config)
        self._settings = dict(settings or {})
        self._probe = probe
        self._device = device
        self._state = Path(state_dir or os.environ.get(_STATE_VARIABLE) or _STATE_DEFAULT).resolve()
        self._launcher = find_launcher(launcher)

    def summary(self) -> None:
        """Logs where the files of the run go."""
        LOG.info("Safe-FedLLM: journal and adapters in %s", self._state)

    def start(  # pylint: disable=too-many-arguments,too-many-positional-arguments
        self,
        grid: Grid,
        initial_arrays: ArrayRecord,
        num_rounds: int | None = None,
        timeout: float | None = None,
        train_config: ConfigRecord | None = None,
        evaluate_config: ConfigRecord | None = None,
        evaluate_fn: Callable[[int, ArrayRecord], MetricRecord | None] | None = None,
    ) -> Result:
        """Plays all rounds; returns when the run is over.

        Parameters
        ----------
        initial_arrays : ArrayRecord
            The first adapter, with PEFT's names.
        num_rounds, timeout
            Rounds, and seconds to wait for the replies of a round; unless given, what the run config says.
        train_config : ConfigRecord, optional
            What train messages carry beside the strategy's own entries.
        evaluate_config
            Of no effect: there is no evaluation on the clients.
        evaluate_fn : optional
            Called with the first arrays and with those after every round, while the next round goes on.

        Returns
        -------
        Result
            `arrays` is the last adapter, `train_metrics_clientapp` what each round came to: `mean-weight`, `skipped`,
            `clients`, `hostile`, `nodes`, `weights`.

        Raises SafeFedLlmError if the run cannot begin or go on, and what the grid raises when the run is stopped.
        """
        if evaluate_config:
            LOG.warning("Safe-FedLLM evaluates nothing on clients; the evaluate config is not used")
        self.summary()
        config = self._config(num_rounds, timeout)
        result = Result()
        self._evaluate(evaluate_fn, 0, initial_arrays, result)
        with tempfile.TemporaryDirectory(prefix="safe-fedllm-") as work:
            write_adapter(Path(work) / "initial-adapter", initial_arrays, {**self._settings, **config})
            run_id = int(grid.run.run_id)
            exchange = Exchange(grid, run_id, _extension(train_config))
            with self._running(grid, exchange, config, Path(work)) as events:
                self._follow(events, self._state / str(run_id), list(initial_arrays), evaluate_fn, result)
        result.arrays = read_adapter(self._state / str(run_id), list(initial_arrays))
        return result

    def configure_train(self, server_round: int, arrays: ArrayRecord, config: ConfigRecord, grid: Grid) -> NoReturn:
        """Not a step of its own here: the side process plays whole rounds."""
        raise _not_alone("configure_train")

    def aggregate_train(self, server_round: int, replies: Iterable[Message]) -> NoReturn:
        """Not a step of its own here: the side process plays whole rounds."""
        raise _not_alone("aggregate_train")

    def configure_evaluate(self, server_round: int, arrays: ArrayRecord, config: ConfigRecord, grid: Grid) -> NoReturn:
        """Not a step of its own here: nothing is evaluated on clients."""
        raise _not_alone("configure_evaluate")

    def aggregate_evaluate(self, server_round: int, replies: Iterable[Message]) -> NoReturn:
        """Not a step of its own here: nothing is evaluated on clients."""
        raise _not_alone("aggregate_evaluate")

    def _config(self, num_rounds: int | None, timeout: float | None) -> dict[str, ConfigValue]:
        config = dict(self._run_config)
        if num_rounds is not None:
            config[_ROUNDS] = int(num_rounds)
        if timeout is not None:
            config[_TIMEOUT] = float(timeout)
        return config

    @contextmanager
    def _running(
        self, grid: Grid, exchange: Exchange, config: Mapping[str, ConfigValue], work: Path
    ) -> Iterator[Iterator[dict[str, Any]]]:
        """Runs the side process; what comes is its events. When it has failed, so does the end of the block."""
        secret = secrets.token_hex(_SECRET_BYTES).encode()
        secret_file = work / "secret"
        secret_file.touch(mode=0o600)
        secret_file.write_bytes(secret)
        run = grid.run
        endpoint = RunEndpoint(int(run.run_id), served_app(run.fab_id, run.fab_version, config), exchange, secret)
        with ExitStack() as stack:
            stack.callback(endpoint.close)
            stack.callback(exchange.close)
            endpoint.start()
            process = SideProcess(self._launcher, self._arguments(endpoint, work, secret_file))
            stack.callback(process.close)
            yield iter(process.events.get, None)
            if exchange.failure is not None:
                raise exchange.failure
            process.require_success()

    def _arguments(self, endpoint: RunEndpoint, work: Path, secret_file: Path) -> list[str]:
        arguments = ["--once", "--superlink", endpoint.address, "--runs", "all"]
        arguments += ["--superexec-auth-secret-file", str(secret_file)]
        arguments += ["--state-dir", str(self._state), "--initial-adapter", str(work / "initial-adapter")]
        if self._probe is not None:
            arguments += ["--probe", str(Path(self._probe).resolve())]
        if self._device is not None:
            arguments += ["--device", self._device]
        for key, value in self._settings.items():
            arguments += ["--set", f"{key}={_setting(value)}"]
        return arguments

    def _follow(
        self,
        events: Iterator[dict[str, Any]],
        directory: Path,
        names: list[str],
        evaluate_fn: Callable[[int, ArrayRecord], MetricRecord | None] | None,
        result: Result,
    ) -> None:
        journal = Journal(directory / "journal.jsonl")
        for event in events:
            if event.get("type") == "round":
                server_round = int(event["round"])
                result.train_metrics_clientapp[server_round] = journal.metrics(server_round)
                if evaluate_fn is not None:
                    arrays = read_adapter(directory / "rounds" / f"{server_round:06d}", names)
                    self._evaluate(evaluate_fn, server_round, arrays, result)

    @staticmethod
    def _evaluate(
        evaluate_fn: Callable[[int, ArrayRecord], MetricRecord | None] | None,
        server_round: int,
        arrays: ArrayRecord,
        result: Result,
    ) -> None:
        metrics = None if evaluate_fn is None else evaluate_fn(server_round, arrays)
        if metrics is not None:
            result.evaluate_metrics_serverapp[server_round] = metrics


def _not_alone(method: str) -> NotImplementedError:
    return NotImplementedError(f"SafeFedLlm plays whole rounds in its side process; call start, not {method}")


def _extension(train_config: ConfigRecord | None) -> Callable[[Message], None]:
    """Returns what adds the user's entries to a train message; the strategy's own win."""

    def extend(message: Message) -> None:
        for record in message.content.config_records.values():
            for key, value in (train_config or {}).items():
                record.setdefault(key, value)
            return

    return extend


def _setting(value: ConfigValue) -> str:
    """Writes a setting as TOML, which `--set` reads."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)
