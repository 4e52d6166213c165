package io.safefedllm.flower.record;

/**
 * Says that bytes of a peer or a file do not hold what their format promises.
 *
 * <p>Checked, since the bytes come from outside and a caller has to decide what a bad one costs its sender. The message
 * is one line; text of the peer in it is quoted and cut.
 */
public class FormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a one-line {@code message}. */
    public FormatException(String message) {
        super(message);
    }

    /** Creates the exception with a one-line {@code message} and what led to it. */
    public FormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
