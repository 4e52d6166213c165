package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.TransportException;
import java.util.Optional;

/** What a server said when asked which generation it is. */
public sealed interface ProbeResult {

    /** It is of this generation. */
    record Found(String generation) implements ProbeResult {}

    /** It does not speak the transport that was tried, or nobody is there; another transport may do. */
    record OtherTransport(TransportException failure) implements ProbeResult {}

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
