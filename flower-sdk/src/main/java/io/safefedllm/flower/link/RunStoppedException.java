package io.safefedllm.flower.link;

import org.jspecify.annotations.Nullable;

/**
 * The run is over for this executor, whatever the app still wants to do.
 *
 * <p>An app does not catch it, or catches it only to clean up and throws it on.
 */
public final class RunStoppedException extends RuntimeException {

    /** Who ended the run. */
    public enum Reason {
        /** The platform no longer accepts the run's token: its user stopped it. */
        STOPPED_BY_USER,
        /** The platform heard no heartbeat in time and ended the run as failed. */
        LOST,
        /** This executor is closing; it reports the run as stopped. */
        CLOSING
    }

    private final Reason reason;

    public RunStoppedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RunStoppedException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
