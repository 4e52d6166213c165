package io.safefedllm.strategy.round;

/** A run cannot go on for a reason outside the program, for instance because too few nodes are online. */
public final class RunFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The code under which {@code docs/exit-codes} explains the failure. */
    public static final String CODE = "SFL-401";

    private final String reason;

    /** Makes the exception with a one-line reason that says what to do. */
    public RunFailedException(String reason) {
        super(CODE + " " + reason);
        this.reason = reason;
    }

    /** Returns the reason without the code. */
    public String reason() {
        return reason;
    }
}
