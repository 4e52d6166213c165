package io.safefedllm.strategy.trust;

/** How far the evidence level has made up its mind about a client (SF-4.5, section 8.1). */
public enum EvidenceStatus {
    /** Evidence is being gathered. */
    NONE,
    /** The client is believed until an audit fails. */
    BENIGN,
    /** The client is barred for good. */
    MALICIOUS
}
