"""The callback that watches a transformers Trainer. The only module that needs transformers."""

from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback

if TYPE_CHECKING:
    from .evidence import StepEvidence

_PREFIX = "base_model.model."


class StepCallback(TrainerCallback):  # type: ignore[misc]
    """Hands the adapter to a StepEvidence after every optimiser step."""

    def __init__(self, evidence: "StepEvidence") -> None:
        self._evidence = evidence

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Notes the learning rate, and that the model has the tensors that are asked for."""
        self._evidence.record_rate(args.learning_rate)
        if self._evidence.is_asked_for:
            _adapter(kwargs["model"], self._evidence.keys)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Takes the adapter as the step left it."""
        if self._evidence.is_asked_for:
            self._evidence.record_step(_adapter(kwargs["model"], self._evidence.keys))


def _adapter(model: Any, names: list[str]) -> dict[str, Any]:
    """Returns LoRA matrices of a PEFT model by the names of its adapter file: without the name of the adapter."""
    parameters = {}
    for name, parameter in model.named_parameters():
        head, half, tail = name.partition(".lora_")
        if half and tail.endswith(".weight"):
            path = head[head.index(_PREFIX) :] if _PREFIX in head else head
            parameters[f"{path}.lora_{tail[0]}.weight"] = parameter
    missing = [name for name in names if name not in parameters]
    if missing:
        raise ValueError(f"the trained model has no tensor '{missing[0]}'; train the PEFT model that got the message's arrays")
    return {name: parameters[name].detach().float().cpu().numpy() for name in names}
