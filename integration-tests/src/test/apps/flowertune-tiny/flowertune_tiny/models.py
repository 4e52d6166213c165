"""The base model with its LoRA adapter, and the course of the learning rate over the rounds."""

import math
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def cosine_annealing(current_round: int, total_round: int, lrate_max: float, lrate_min: float) -> float:
    """The rate of a round, which falls from the largest to the smallest along half a cosine."""
    cosine = math.cos(math.pi * current_round / total_round)
    return lrate_min + 0.5 * (lrate_max - lrate_min) * (1 + cosine)


def get_model(model_cfg: dict[str, Any]) -> Any:
    """Loads the base model and puts a LoRA adapter onto its attention."""
    model = AutoModelForCausalLM.from_pretrained(model_cfg["name"], dtype=torch.float32)
    if model_cfg["gradient_checkpointing"]:
        model.config.use_cache = False
    lora = LoraConfig(
        r=model_cfg["lora"]["peft_lora_r"],
        lora_alpha=model_cfg["lora"]["peft_lora_alpha"],
        lora_dropout=0.0,
        target_modules=["q_proj", "v_proj"],
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, lora)
