"""Writes all-linear.json: what PEFT computes with dropout on all seven projections.

    python generate.py          # writes all-linear.json
    python generate.py --check  # exit status 1 if the file on disk says something else

Needs torch 2.7.1, transformers 5.23.0 and peft 0.21.2. For each model it loads the checkpoint and the adapter of golden/lora,
sets the dropout of every adapted module and torch's seed, and takes the losses and gradients of a few batches one after the other,
without a step in between. Which masks these see depends on the order in which PEFT draws them: module by module, for all positions
of a batch, from one generator. All of it in float32 on one thread.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

HERE = Path(__file__).parent
LORA = HERE.parent / "lora"
FILE = HERE / "all-linear.json"
MODELS = ("llama-a", "qwen2-a")
DROPOUT = 0.2
SEED = 23
PASSES = 3


def trainable_model(name):
    base = AutoModelForCausalLM.from_pretrained(LORA / "models" / name, dtype=torch.float32, attn_implementation="eager")
    model = PeftModel.from_pretrained(base, LORA / "cases" / name / "all7" / "adapter-warm", is_trainable=True)
    for module in model.modules():
        if hasattr(module, "lora_dropout"):
            module.lora_dropout["default"] = torch.nn.Dropout(DROPOUT)
    return model.train()


def passes(name):
    model = trainable_model(name)
    batches = load_file(LORA / "cases" / name / "train_batches.safetensors")
    results = []
    torch.manual_seed(SEED)
    for number in range(PASSES):
        model.zero_grad()
        loss = model(**{key: tensor[number] for key, tensor in batches.items()}).loss
        loss.backward()
        norms = {
            key.replace(".default.weight", ".weight"): parameter.grad.norm().item()
            for key, parameter in model.named_parameters()
            if parameter.requires_grad
        }
        results.append({"loss": loss.item(), "gradient_norms": norms})
    return results


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    golden = {"dropout": DROPOUT, "seed": SEED, "models": {name: passes(name) for name in MODELS}}
    text = json.dumps(golden, indent=1) + "\n"
    if "--check" in sys.argv[1:]:
        sys.exit(0 if FILE.read_text(encoding="utf-8") == text else 1)
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
