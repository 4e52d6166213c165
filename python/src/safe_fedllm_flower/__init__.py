"""Safe-FedLLM for Python ServerApps and ClientApps of Flower."""

from .errors import LauncherNotFoundError, SafeFedLlmError
from .evidence import StepEvidence
from .strategy import SafeFedLlm

__all__ = ["LauncherNotFoundError", "SafeFedLlm", "SafeFedLlmError", "StepEvidence"]
