package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.TransportException;

/** What a server said when asked which generation it is. */
public sealed interface ProbeResult {

    /** It is of this generation. */
    record Found(String generation) implements ProbeResult {}

    /** It does not speak the transport that was tried, or nobody is there; another transport may do. */
    record OtherTransport(TransportException failure) implements ProbeResult {}

    /** It speaks the transport but cannot be used; the reason is one line for an operator. */
    record Unusable(TransportException.Status status, String reason) implements ProbeResult {}
}
