package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.EvidencePolicy;

/**
 * How scores become weights. Every part may be mixed with every other; a mode only chooses the defaults (SF-0.1).
 *
 * @param level the levels' curves and states
 * @param evidence the evidence level's audits
 * @param memory how the past counts
 * @param penalty quarantines
 * @param adapter the adapter level's cut
 * @param evidencePolicy what missing evidence means
 * @param minWeight floor of weights, in [0, 1] (SF-4.7); with {@link MemoryKind#TRUST} harmful rounds and quarantines stay
 *     below it (SF-7.4), violations always do (SF-7.1)
 * @param recipe what a client does in a round
 */
public record TrustSettings(
        LevelSettings level,
        EvidenceLevelSettings evidence,
        MemorySettings memory,
        PenaltySettings penalty,
        AdapterLevelSettings adapter,
        EvidencePolicy evidencePolicy,
        double minWeight,
        LocalRecipe recipe) {
    /** The hardened values. */
    public static final TrustSettings DEFAULTS = new TrustSettings(
            LevelSettings.DEFAULTS,
            EvidenceLevelSettings.DEFAULTS,
            MemorySettings.DEFAULTS,
            PenaltySettings.DEFAULTS,
            AdapterLevelSettings.DEFAULTS,
            EvidencePolicy.REJECT,
            0.0,
            LocalRecipe.DEFAULTS);

    /** The authors' values. */
    public static final TrustSettings PAPER_FAITHFUL = new TrustSettings(
            LevelSettings.PAPER_FAITHFUL,
            EvidenceLevelSettings.PAPER_FAITHFUL,
            MemorySettings.PAPER_FAITHFUL,
            PenaltySettings.PAPER_FAITHFUL,
            AdapterLevelSettings.DEFAULTS,
            EvidencePolicy.TRUST,
            0.0,
            LocalRecipe.DEFAULTS);

    /**
     * Checks the floor.
     *
     * @throws IllegalArgumentException if it is not in [0, 1]
     */
    public TrustSettings {
        Ranges.fraction("least weight", minWeight);
    }

    /** Returns the defaults of a mode. */
    public static TrustSettings of(Mode mode) {
        return switch (mode) {
            case HARDENED -> DEFAULTS;
            case PAPER_FAITHFUL -> PAPER_FAITHFUL;
        };
    }

    /** Returns these settings with other curves and states. */
    public TrustSettings withLevel(LevelSettings other) {
        return new TrustSettings(other, evidence, memory, penalty, adapter, evidencePolicy, minWeight, recipe);
    }

    /** Returns these settings with other audits. */
    public TrustSettings withEvidence(EvidenceLevelSettings other) {
        return new TrustSettings(level, other, memory, penalty, adapter, evidencePolicy, minWeight, recipe);
    }

    /** Returns these settings with another memory. */
    public TrustSettings withMemory(MemorySettings other) {
        return new TrustSettings(level, evidence, other, penalty, adapter, evidencePolicy, minWeight, recipe);
    }

    /** Returns these settings with other quarantines. */
    public TrustSettings withPenalty(PenaltySettings other) {
        return new TrustSettings(level, evidence, memory, other, adapter, evidencePolicy, minWeight, recipe);
    }

    /** Returns these settings with another cut of the adapter level. */
    public TrustSettings withAdapter(AdapterLevelSettings other) {
        return new TrustSettings(level, evidence, memory, penalty, other, evidencePolicy, minWeight, recipe);
    }

    /** Returns these settings with another meaning of missing evidence. */
    public TrustSettings withEvidencePolicy(EvidencePolicy other) {
        return new TrustSettings(level, evidence, memory, penalty, adapter, other, minWeight, recipe);
    }

    /** Returns these settings with another floor. */
    public TrustSettings withMinWeight(double other) {
        return new TrustSettings(level, evidence, memory, penalty, adapter, evidencePolicy, other, recipe);
    }

    /** Returns these settings with another recipe. */
    public TrustSettings withRecipe(LocalRecipe other) {
        return new TrustSettings(level, evidence, memory, penalty, adapter, evidencePolicy, minWeight, other);
    }
}
