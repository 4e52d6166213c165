"""What the side process says, in Python's logging."""

import logging
import re

LOG = logging.getLogger("flwr.safe_fedllm")

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_RUN_LOG = re.compile(r"^(DEBUG|INFO|WARNING|ERROR|CRITICAL)\s*:\s+(.*)$")
_PROCESS_LOG = re.compile(r"^\d\d:\d\d:\d\d (TRACE|DEBUG|INFO|WARN|ERROR)\s+(.*)$")
_LEVELS = {"TRACE": logging.DEBUG, "WARN": logging.WARNING}


def log_lines(text: str) -> None:
    """Logs a piece of a run's log, lines as Flower writes them."""
    for line in _COLOUR.sub("", text).splitlines():
        _log(_RUN_LOG.match(line), line, logging.INFO)


def log_process_line(line: str) -> None:
    """Logs a line that the process wrote to its standard error; what has no level is a warning."""
    _log(_PROCESS_LOG.match(line), line, logging.WARNING)


def _log(match: re.Match[str] | None, line: str, otherwise: int) -> None:
    if match is None:
        if line.strip():
            LOG.log(otherwise, "%s", line)
        return
    name = match.group(1)
    level = _LEVELS.get(name) or getattr(logging, name)
    LOG.log(level, "%s", match.group(2))
