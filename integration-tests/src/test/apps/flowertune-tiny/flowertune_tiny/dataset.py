"""Instructions and answers from an Alpaca file, tokenized for the Trainer."""

import json
import random
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

IGNORED = -100


def load_data(file: str, partition_id: int, num_partitions: int) -> list[dict[str, str]]:
    """The rows of one partition; which ones is the same in every round."""
    rows = json.loads(Path(file).read_text(encoding="utf-8"))
    random.Random(0).shuffle(rows)
    return rows[partition_id::num_partitions]


class Collator:
    """Makes batches: only the answer and the end of the text count in the loss."""

    def __init__(self, model_name: str, longest: int) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(model_name)
        self.longest = longest

    def __call__(self, rows: list[dict[str, str]]) -> dict[str, Any]:
        pairs = [self._tokens(row) for row in rows]
        width = max(len(prompt) + len(answer) for prompt, answer in pairs)
        tokens = torch.full((len(pairs), width), self._padding())
        mask = torch.zeros((len(pairs), width), dtype=torch.long)
        labels = torch.full((len(pairs), width), IGNORED)
        for i, (prompt, answer) in enumerate(pairs):
            end = len(prompt) + len(answer)
            tokens[i, :end] = torch.tensor(prompt + answer)
            labels[i, len(prompt) : end] = torch.tensor(answer)
            mask[i, :end] = 1
        return {"input_ids": tokens, "attention_mask": mask, "labels": labels}

    def _tokens(self, row: dict[str, str]) -> tuple[list[int], list[int]]:
        asked = f"{row['instruction']} {row['input']}" if row.get("input") else row["instruction"]
        prompt = self.tokenizer(f"instruction: {asked}\nresponse: ")["input_ids"]
        answer = self.tokenizer(row["output"], add_special_tokens=False)["input_ids"] + [self.tokenizer.eos_token_id]
        return prompt, answer[: self.longest - len(prompt)]

    def _padding(self) -> int:
        padding = self.tokenizer.pad_token_id
        return self.tokenizer.eos_token_id if padding is None else padding
