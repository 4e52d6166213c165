package io.safefedllm.client.data;

/** Training data cannot be used; the message names the file and the line or record. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says in one line what is wrong. */
    public DataException(String message) {
        super(message);
    }

    /** Says in one line what is wrong, and what it came from. */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
