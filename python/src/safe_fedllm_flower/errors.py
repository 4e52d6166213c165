"""What this package raises on purpose; every message names the cause and what to do."""


class SafeFedLlmError(RuntimeError):
    """The run cannot begin or go on."""


class LauncherNotFoundError(SafeFedLlmError):
    """There is no `safe-fedllm` program to start."""
