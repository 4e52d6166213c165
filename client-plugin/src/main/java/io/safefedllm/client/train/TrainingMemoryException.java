package io.safefedllm.client.train;

/** Training stopped because memory ran out; the message names the step, the batch's rows and their length. */
public final class TrainingMemoryException extends TrainingException {
    private static final long serialVersionUID = 1L;

    TrainingMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
