package io.safefedllm.client.train;

/** Training stopped and has no result; the message names the step and what happened. */
public sealed class TrainingException extends RuntimeException permits TrainingMemoryException {
    private static final long serialVersionUID = 1L;

    /** Says in one line what went wrong. */
    public TrainingException(String message) {
        super(message);
    }

    /** Says in one line what went wrong, and what it came from. */
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
