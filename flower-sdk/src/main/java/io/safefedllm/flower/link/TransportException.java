package io.safefedllm.flower.link;

import org.jspecify.annotations.Nullable;

/**
 * The platform failed or refused a call.
 *
 * <p>{@link #wasSent()} says whether the platform may have acted on the call: it is false only when no connection was
 * made, so repeating cannot do anything twice. Messages are one line and fit for an operator's eyes.
 */
public final class TransportException extends RuntimeException {

    /** What went wrong, in the same words for every transport. */
    public enum Status {
        /** Connection refused, reset or closed; the service says that it is unavailable. */
        UNAVAILABLE,
        /** No answer in time. */
        DEADLINE_EXCEEDED,
        /** The certificates do not fit, or one side speaks TLS and the other does not. */
        TLS,
        /** Token or signature missing, wrong, expired or revoked. */
        UNAUTHENTICATED,
        /** A signature was refused because the clocks of the two sides differ too much. */
        CLOCK,
        /** Not allowed now, for example because the run is not running. */
        PERMISSION_DENIED,
        /** The call does not fit the state of the node or the run. */
        FAILED_PRECONDITION,
        /** The request was malformed. */
        INVALID_ARGUMENT,
        /** The server does not know the method or route. */
        UNIMPLEMENTED,
        /** The server failed on the request. */
        INTERNAL,
        /** The peer answered something that is not Flower's protocol. */
        PROTOCOL,
        /** The calling thread was interrupted. */
        CANCELLED
    }

    private final Status status;
    private final boolean sent;
    private final int attempt;
    private final boolean sentBefore;

    public TransportException(Status status, String message, boolean wasSent, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.sent = wasSent;
        this.attempt = 1;
        this.sentBefore = false;
    }

    private TransportException(TransportException failure, int attempt, boolean sentBefore) {
        super(failure.getMessage() + " (attempt " + attempt + ")", failure);
        this.status = failure.status;
        this.sent = failure.sent;
        this.attempt = attempt;
        this.sentBefore = sentBefore;
    }

    public Status status() {
        return status;
    }

    /**
     * Returns whether nothing was refused: the connection is refused, lost, or silent. Where it only broke, the system says so at
     * once; where packets vanish, time has to run out.
     */
    public boolean isConnectionTrouble() {
        return status == Status.UNAVAILABLE || status == Status.DEADLINE_EXCEEDED;
    }

    /** Returns whether a failure is connection trouble, by the outermost failure of a call among it and its causes; false if there is none. */
    public static boolean isConnectionTrouble(@Nullable Throwable thrown) {
        return Causes.find(thrown, TransportException.class)
                .filter(failure -> failure.isConnectionTrouble())
                .isPresent();
    }

    /** Returns whether the platform may have received the request. */
    public boolean wasSent() {
        return sent;
    }

    /** Returns how often the call was tried, from 1. */
    public int attempt() {
        return attempt;
    }

    /** Returns whether the platform may have received an earlier attempt of the call, and done what this one is refused. */
    public boolean wasSentBefore() {
        return sentBefore;
    }

    /**
     * Returns the same failure of the given attempt, with this one as its cause.
     *
     * @param wasSentBefore whether the platform may have received an earlier attempt
     */
    public TransportException atAttempt(int number, boolean wasSentBefore) {
        return number == attempt ? this : new TransportException(this, number, wasSentBefore);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
