package io.safefedllm.client.checkpoint;

/** A model directory cannot be used; the message names the file, the field or tensor, and the value found. */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says in one line what is wrong. */
    public CheckpointException(String message) {
        super(message);
    }

    /** Says in one line what is wrong, and what it came from. */
    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
