"""What the journal of a run says of a round, as metrics."""

import json
from pathlib import Path
from typing import Any

from flwr.app import MetricRecord

#: Codes of clients that sent nothing, or nothing that the round counts.
_ABSENT = ("NO_REPLY", "OUTGROWN")


class Journal:
    """Reads a journal that is being written: every call goes on where the last one ended."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0
        self._clients: dict[int, list[dict[str, Any]]] = {}
        self._rounds: dict[int, dict[str, Any]] = {}

    def metrics(self, server_round: int) -> MetricRecord:
        """Returns the metrics of a round that has ended.

        `nodes` and `weights` go together; `hostile` counts the clients whose reply counted and got no weight.
        """
        self._read_on()
        line = self._rounds[server_round]
        clients = self._clients.get(server_round, [])
        values: dict[str, Any] = {
            "mean-weight": float(line["meanWeight"]),
            "skipped": int(bool(line["skipped"])),
            "clients": len(clients),
            "hostile": sum(1 for client in clients if client["weight"] == 0.0 and client["code"] not in _ABSENT),
        }
        if clients:
            values["nodes"] = [int(client["node"]) for client in clients]
            values["weights"] = [float(client["weight"]) for client in clients]
        return MetricRecord(values)

    def _read_on(self) -> None:
        with self._file.open("rb") as file:
            file.seek(self._offset)
            for raw in file:
                if not raw.endswith(b"\n"):
                    break
                self._offset += len(raw)
                self._take(json.loads(raw))

    def _take(self, line: dict[str, Any]) -> None:
        if line["type"] == "client":
            self._clients.setdefault(line["round"], []).append(line)
        elif line["type"] == "round":
            self._rounds[line["round"]] = line
