package io.safefedllm.strategy.settings;

/** A setting is unknown, out of range, or does not go with another; the run cannot start with it. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The code under which {@code docs/exit-codes} explains the failure. */
    public static final String CODE = "SFL-201";

    private final String reason;

    /** Makes the exception with a one-line reason that quotes the value and says what to do. */
    public SettingsException(String reason) {
        super(CODE + " " + reason);
        this.reason = reason;
    }

    /** Returns the reason without the code. */
    public String reason() {
        return reason;
    }
}
