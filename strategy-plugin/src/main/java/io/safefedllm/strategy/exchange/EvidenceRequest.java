package io.safefedllm.strategy.exchange;

import java.util.List;

/**
 * What the server asks for when it wants a record of the local steps ({@link StepEvidence}); stock clients ignore it.
 *
 * @param keys names of the tensors that the probe's views read, in the order of SF-1.4
 * @param probeSha256 digest of the probe, which the client repeats
 */
public record EvidenceRequest(List<String> keys, String probeSha256) {
    /** Setting of a train message that asks: always {@code report}. */
    public static final String ASK = "safe-fedllm.evidence";

    /** Setting of a train message with the names of the tensors. */
    public static final String KEYS = "safe-fedllm.evidence-keys";

    /** Setting of a train message with the digest of the probe. */
    public static final String PROBE = "safe-fedllm.probe-sha256";

    /** Copies the list. */
    public EvidenceRequest {
        keys = List.copyOf(keys);
    }
}
