package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.TransportException;
import java.util.Optional;

/** What a server said when asked which generation it is. */
public sealed interface ProbeResult {

    /** It is of this generation. */
    record Found(String generation) implements ProbeResult {}

    /**
     * It does not speak the transport that was tried, or nobody is there; another transport may do.
     *
     * @param isBusy whether it answered over this transport that what is behind it is not available, as a proxy does
     */
    record OtherTransport(TransportException failure, boolean isBusy) implements ProbeResult {

        /** Makes the result for a server that did not answer at all. */
        public OtherTransport(TransportException failure) {
            this(failure, false);
        }
    }

    /**
     * It speaks the transport but cannot be used.
     *
     * @param reason one line for an operator
     * @param cause the failure behind it, if it is one
     */
    record Unusable(TransportException.Status status, String reason, Optional<TransportException> cause)
            implements ProbeResult {

        /** Makes a result that no failure is behind. */
        public Unusable(TransportException.Status status, String reason) {
            this(status, reason, Optional.empty());
        }
    }

    /** Returns what to say of a server whose connection broke, or that took too long, while it was asked. */
    static String lostMeanwhile(TransportException.Status trouble) {
        return trouble == TransportException.Status.DEADLINE_EXCEEDED
                ? "it answered too slowly when it was asked what it is; see that neither it nor the network is overloaded, and try"
                        + " again"
                : "it went away while it was asked what it is; see that it stays up, and try again";
    }
}
