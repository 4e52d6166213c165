package io.safefedllm.strategy.trust;

/** Whether a client takes part or is kept out for a while (SF-7.5, section 8.2). */
enum Standing {
    ACTIVE,
    QUARANTINED
}
