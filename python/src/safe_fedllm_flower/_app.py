"""A Flower app bundle (FAB) made in memory: all that the side process reads of it is the run config."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

from ._endpoint import ServedApp

_MANIFEST = "pyproject.toml"
_CONTENT = ".info/CONTENT"
_DATE = (2024, 10, 1, 0, 0, 0)

ConfigValue = bool | int | float | str


def served_app(fab_id: str, fab_version: str, run_config: Mapping[str, ConfigValue]) -> ServedApp:
    """Returns an app that declares a run config as its own.

    The id is `publisher/name`; an id of another form, as simulations have it, becomes the name.
    """
    publisher, _, name = fab_id.rpartition("/")
    publisher, name = publisher.strip("@") or "local", name or "app"
    version = fab_version or "0.0.0"
    fab = _bundle(_manifest(publisher, name, version, run_config).encode())
    return ServedApp(f"{publisher}/{name}", version, hashlib.sha256(fab).hexdigest(), fab)


def _manifest(publisher: str, name: str, version: str, run_config: Mapping[str, ConfigValue]) -> str:
    lines = [
        "[project]",
        f"name = {_toml(name)}",
        f"version = {_toml(version)}",
        "",
        "[tool.flwr.app]",
        f"publisher = {_toml(publisher)}",
        "",
        "[tool.flwr.app.components]",
        'serverapp = "server_app:app"',
        'clientapp = "client_app:app"',
        "",
        "[tool.flwr.app.config]",
        *(f"{_toml(key)} = {_toml(value)}" for key, value in sorted(run_config.items())),
    ]
    return "\n".join(lines) + "\n"


def _toml(value: ConfigValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    raise TypeError(f"a run config holds booleans, numbers and texts but had a {type(value).__name__}: {value!r}")


def _bundle(manifest: bytes) -> bytes:
    listing = f"{_MANIFEST},{hashlib.sha256(manifest).hexdigest()},{8 * len(manifest)}".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        for path, content in ((_MANIFEST, manifest), (_CONTENT, listing)):
            bundle.writestr(zipfile.ZipInfo(path, _DATE), content)
    return buffer.getvalue()
