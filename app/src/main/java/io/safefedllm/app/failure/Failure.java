package io.safefedllm.app.failure;

/**
 * Ends a verb with a code, a reason and what to do about it.
 *
 * <p>The reason is a clause without a full stop that quotes the offending value; the remedy is a sentence in the imperative
 * without a full stop, or empty when the reason already says what to do.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final String remedy;

    /** Makes a failure that has no deeper cause. */
    public Failure(FailureCode code, String reason, String remedy) {
        super(reason);
        this.code = code;
        this.remedy = remedy;
    }

    /** Makes a failure whose stack trace {@code --debug} shows down to {@code cause}. */
    public Failure(FailureCode code, String reason, String remedy, Throwable cause) {
        super(reason, cause);
        this.code = code;
        this.remedy = remedy;
    }

    /** Returns the code. */
    public FailureCode code() {
        return code;
    }

    /** Returns what to do, possibly empty. */
    public String remedy() {
        return remedy;
    }
}
