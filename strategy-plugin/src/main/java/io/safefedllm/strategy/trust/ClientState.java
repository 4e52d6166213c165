package io.safefedllm.strategy.trust;

/**
 * What the ledger remembers of one client.
 *
 * @param alpha benign samples of the step level, not negative (SF-4.2)
 * @param beta harmful samples of the step level, not negative
 * @param mean running mean of the client level's raw weights, in [0, 1] (SF-4.3)
 * @param meanCount raw weights in that mean; 0 makes the next one replace it
 * @param evidence the evidence level's state (SF-4.5)
 * @param trust T, in [0, 1] (SF-7.4)
 * @param penalty the penalty's state (SF-7.5)
 * @param cleanRun clean participations on end, in quarantine or not (SF-7.10)
 * @param harmfulRun harmful participations on end, in quarantine or not
 */
public record ClientState(
        double alpha,
        double beta,
        double mean,
        int meanCount,
        EvidenceState evidence,
        double trust,
        PenaltyState penalty,
        int cleanRun,
        int harmfulRun) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is out of the range given above
     */
    public ClientState {
        Ranges.notNegative("alpha", alpha);
        Ranges.notNegative("beta", beta);
        Ranges.fraction("mean", mean);
        Ranges.atLeast("mean count", 0, meanCount);
        Ranges.fraction("trust", trust);
        Ranges.atLeast("clean run", 0, cleanRun);
        Ranges.atLeast("harmful run", 0, harmfulRun);
    }

    /** Returns the state of a client never seen. */
    static ClientState fresh(TrustSettings settings) {
        return new ClientState(
                settings.level().priorAlpha(),
                settings.level().priorBeta(),
                1.0,
                0,
                EvidenceState.START,
                settings.memory().initial(),
                PenaltyState.START,
                0,
                0);
    }

    /** Returns the state with the levels' memories as those of a client never seen; a ban stays. */
    ClientState withFreshLevels(TrustSettings settings) {
        EvidenceState kept = evidence.status() == EvidenceStatus.MALICIOUS ? evidence : EvidenceState.START;
        return new ClientState(
                settings.level().priorAlpha(),
                settings.level().priorBeta(),
                1.0,
                0,
                kept,
                trust,
                penalty,
                cleanRun,
                harmfulRun);
    }

    ClientState withBeta(double newAlpha, double newBeta) {
        return new ClientState(newAlpha, newBeta, mean, meanCount, evidence, trust, penalty, cleanRun, harmfulRun);
    }

    /** SF-4.3: the first raw weight replaces the start value. */
    ClientState withRaw(double raw) {
        double next = (mean * meanCount + raw) / (meanCount + 1);
        return new ClientState(alpha, beta, next, meanCount + 1, evidence, trust, penalty, cleanRun, harmfulRun);
    }

    ClientState withEvidence(EvidenceState other) {
        return new ClientState(alpha, beta, mean, meanCount, other, trust, penalty, cleanRun, harmfulRun);
    }

    ClientState withTrust(double other) {
        return new ClientState(alpha, beta, mean, meanCount, evidence, other, penalty, cleanRun, harmfulRun);
    }

    ClientState withPenalty(PenaltyState other) {
        return new ClientState(alpha, beta, mean, meanCount, evidence, trust, other, cleanRun, harmfulRun);
    }

    /** Returns the state after one more participation in the row of clean or harmful ones. */
    ClientState withRun(boolean harmful) {
        int clean = harmful ? 0 : cleanRun + 1;
        int bad = harmful ? harmfulRun + 1 : 0;
        return new ClientState(alpha, beta, mean, meanCount, evidence, trust, penalty, clean, bad);
    }
}
