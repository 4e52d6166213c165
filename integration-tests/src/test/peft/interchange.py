"""The other side of PeftInterchangeIT: reads a task in JSON, answers with losses in JSON.

    python interchange.py TASK ANSWER

A task names a model directory, a batch and a directory for PEFT's own adapter, and maybe an adapter to load. The answer holds
the loss of the loaded adapter, the losses of a short training of PEFT's own adapter from a seed, with dropout, and its loss
after it, without. All of it in float32 on one thread.
"""

import json
import sys
import warnings

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM


def base_model(task):
    return AutoModelForCausalLM.from_pretrained(task["model"], dtype=torch.float32, attn_implementation="eager")


def batch(task):
    return {
        "input_ids": torch.tensor(task["ids"]),
        "attention_mask": torch.tensor(task["mask"]),
        "labels": torch.tensor(task["labels"]),
    }


def loss_of(model, task):
    model.eval()
    with torch.no_grad():
        return model(**batch(task)).loss.item()


def loaded_loss(task):
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(base_model(task), task["adapter"])
    # That PEFT itself calls what transformers will drop is no complaint about the adapter.
    told = [w for w in raised if not issubclass(w.category, (DeprecationWarning, FutureWarning))]
    complaints = [str(w.message) for w in told if "adapter" in str(w.message) or "peft" in str(w.filename)]
    return {"loadedLoss": loss_of(model, task), "complaints": complaints}


def own_adapter(task):
    config = LoraConfig(
        r=task["r"],
        lora_alpha=task["alpha"],
        lora_dropout=task["dropout"],
        target_modules=task["targets"],
        task_type="CAUSAL_LM",
    )
    model = base_model(task)
    torch.manual_seed(task["seed"])
    model = get_peft_model(model, config)
    model.save_pretrained(task["start"])
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=task["rate"], weight_decay=0.0)
    losses = []
    model.train()
    torch.manual_seed(task["trainingSeed"])
    for _ in range(task["steps"]):
        optimizer.zero_grad()
        loss = model(**batch(task)).loss
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.save_pretrained(task["own"])
    return {"trainingLosses": losses, "ownLoss": loss_of(model, task)}


def main():
    torch.set_num_threads(1)
    with open(sys.argv[1], encoding="utf-8") as file:
        task = json.load(file)
    answer = own_adapter(task)
    if "adapter" in task:
        answer.update(loaded_loss(task))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answer, file)


if __name__ == "__main__":
    main()
