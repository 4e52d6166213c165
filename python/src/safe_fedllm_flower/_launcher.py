"""Where the `safe-fedllm` program is."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from .errors import LauncherNotFoundError

_PROGRAM = "safe-fedllm"
HOME_VARIABLE = "SAFE_FEDLLM_HOME"


def find_launcher(given: str | os.PathLike[str] | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Returns the launcher: the one given, the one in $SAFE_FEDLLM_HOME, that of the checkout around this file, or on the PATH.

    A place that was named and has none is an error; the others are only looked at where none was named.
    """
    named = given if given is not None else environment.get(HOME_VARIABLE) or None
    if named is not None:
        place = "the parameter launcher" if given is not None else HOME_VARIABLE
        return _named(Path(named), place)
    checkout = Path(__file__).resolve().parents[3] / _PROGRAM
    if _is_program(checkout):
        return checkout
    on_path = shutil.which(_PROGRAM, path=environment.get("PATH"))
    if on_path:
        return Path(on_path)
    raise LauncherNotFoundError(
        f"there is no {_PROGRAM} program; set {HOME_VARIABLE} to the checkout of Safe-FedLLM for Flower"
    )


def _named(named: Path, place: str) -> Path:
    program = named / _PROGRAM if named.is_dir() else named
    if not _is_program(program):
        raise LauncherNotFoundError(
            f"{place} names '{named}', where there is no {_PROGRAM} program; name the checkout or the program itself"
        )
    return program.resolve()


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
