"""PEFT adapter directories: `adapter_model.safetensors` and `adapter_config.json`."""

import json
import math
import re
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from flwr.app import Array, ArrayRecord

from .errors import SafeFedLlmError

_MODEL_FILE = "adapter_model.safetensors"
_CONFIG_FILE = "adapter_config.json"
_LORA = re.compile(r"^base_model\.model\.(?:.+\.)?(?P<module>[^.]+)\.lora_(?P<half>[AB])\.weight$")
_FLOATS = ("float16", "float32", "float64")
_DEFAULT_ALPHA = 16
_LONGEST_HEADER = 100 << 20


def write_adapter(directory: Path, arrays: ArrayRecord, run_config: Mapping[str, Any]) -> None:
    """Writes arrays with PEFT's names as a PEFT directory, in binary32; raises SafeFedLlmError if they are no LoRA adapter."""
    tensors = {name: _float32(name, array) for name, array in arrays.items()}
    config = _config(tensors, run_config)
    directory.mkdir()
    (directory / _CONFIG_FILE).write_text(json.dumps(config, indent=2), encoding="utf-8")
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": values.shape, "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with (directory / _MODEL_FILE).open("wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for values in tensors.values():
            file.write(values.tobytes())


def read_adapter(directory: Path, order: Iterable[str]) -> ArrayRecord:
    """Reads the tensors of a PEFT directory that the side process wrote, in the order of these names."""
    with (directory / _MODEL_FILE).open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > _LONGEST_HEADER:
            raise SafeFedLlmError(f"{directory / _MODEL_FILE} is no safetensors file")
        header = json.loads(file.read(length))
        data = file.read()
    arrays = {}
    for name in order:
        begin, end = header[name]["data_offsets"]
        arrays[name] = Array(np.frombuffer(data[begin:end], dtype="<f4").reshape(header[name]["shape"]))
    return ArrayRecord(arrays)


def _float32(name: str, array: Array) -> np.ndarray[Any, np.dtype[np.float32]]:
    values = array.numpy()
    if values.dtype.name not in _FLOATS:
        raise SafeFedLlmError(f"initial array '{name}' is of type {values.dtype}; a LoRA adapter has floats")
    return np.ascontiguousarray(values, dtype="<f4")


def _config(tensors: Mapping[str, np.ndarray[Any, Any]], run_config: Mapping[str, Any]) -> dict[str, Any]:
    ranks = set()
    modules = set()
    for name, values in tensors.items():
        match = _LORA.match(name)
        if match is None or values.ndim != 2:
            raise SafeFedLlmError(
                f"initial array '{name}' is no LoRA matrix; pass ArrayRecord(get_peft_model_state_dict(model))"
            )
        modules.add(match["module"])
        ranks.add(values.shape[0 if match["half"] == "A" else 1])
    if len(ranks) != 1:
        raise SafeFedLlmError(f"the initial arrays must be LoRA matrices of one rank but have {sorted(ranks) or 'none'}")
    alpha = run_config.get("model.lora.peft-lora-alpha", run_config.get("safe-fedllm.local.lora-alpha", _DEFAULT_ALPHA))
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not math.isfinite(alpha):
        raise SafeFedLlmError(f"model.lora.peft-lora-alpha must be a number but is {alpha!r}")
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": str(run_config.get("model.name", "")),
        "r": ranks.pop(),
        "lora_alpha": alpha,
        "lora_dropout": 0.0,
        "target_modules": sorted(modules),
        "bias": "none",
        "inference_mode": True,
    }
