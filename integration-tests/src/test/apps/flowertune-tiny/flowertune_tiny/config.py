"""The run config as a tree: dots nest, hyphens become underscores."""

from typing import Any

from flwr.app import UserConfig


def as_tree(run_config: UserConfig) -> dict[str, Any]:
    """Nests `a.b-c = 1` as `{"a": {"b_c": 1}}`."""
    tree: dict[str, Any] = {}
    for key, value in run_config.items():
        *path, leaf = key.replace("-", "_").split(".")
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch[leaf] = value
    return tree
