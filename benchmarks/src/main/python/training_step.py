"""The peer of TrainingStep: the same steps with torch, transformers and PEFT, one line of JSON at the end.

    python training_step.py MODEL_DIR STEPS ROWS LENGTH THREADS
"""

import json
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

SEED = 7
RATE = 1e-3
MULTIPLIER = 0x5DEECE66D
MASK = (1 << 48) - 1


class JavaRandom:
    """The numbers of java.util.Random, so that both sides draw the same rows."""

    def __init__(self, seed):
        self.state = (seed ^ MULTIPLIER) & MASK

    def _next(self, bits):
        self.state = (self.state * MULTIPLIER + 0xB) & MASK
        return self.state >> (48 - bits)

    def below(self, bound):
        if bound & (bound - 1) == 0:
            return (bound * self._next(31)) >> 31
        while True:
            bits = self._next(31)
            value = bits % bound
            if bits - value + bound - 1 < 1 << 31:
                return value


def peak_mebibytes():
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


def main():
    directory = sys.argv[1]
    steps, rows, length, threads = (int(word) for word in sys.argv[2:6])
    torch.set_num_threads(threads)
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32)
    torch.manual_seed(SEED)
    config = LoraConfig(r=8, lora_alpha=16, lora_dropout=0.0, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(model, config)
    model.train()
    dice = JavaRandom(SEED)
    vocabulary = model.config.vocab_size
    ids = torch.tensor([[dice.below(vocabulary) for _ in range(length)] for _ in range(rows)])
    mask = torch.ones_like(ids)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.0)
    seconds, losses = [], []
    last = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = model(input_ids=ids, attention_mask=mask, labels=ids, use_cache=False).loss
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        now = time.perf_counter()
        seconds.append(now - last)
        last = now
    print(json.dumps({"seconds": seconds, "losses": losses, "peakMebibytes": peak_mebibytes()}))


if __name__ == "__main__":
    main()
