"""Federated LoRA fine-tuning of a language model with transformers and PEFT."""
