package io.safefedllm.probe.train;

/** No useful probe can be learned from these updates. The message is one line: why, and what to do. */
public final class ProbeTrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProbeTrainingException(String message) {
        super(message);
    }
}
