package io.safefedllm.strategy.trust;

import java.util.List;

/**
 * What a policy made of one client's testimony.
 *
 * @param harmful whether the round counts as harmful for the client (SF-7.3c)
 * @param harmfulShare share of harmful steps, in [0, 1]
 * @param levelWeight the level's weight omega, in [0, 1] (SF-7.3d); 0 in quarantine, where the level rests
 * @param trust T after the round, in [0, 1] (SF-7.4)
 * @param quarantinedAtStart whether the client was kept out before the round began
 * @param quarantineLevel q after the round (SF-7.5)
 * @param quarantineLeft m after the round: clean participations until the quarantine ends, 0 for an active client
 * @param weight the weight that the aggregation uses
 * @param reasons keys of {@link TrustReason}, the most important first
 */
public record Verdict(
        boolean harmful,
        double harmfulShare,
        double levelWeight,
        double trust,
        boolean quarantinedAtStart,
        int quarantineLevel,
        int quarantineLeft,
        SecurityWeight weight,
        List<String> reasons) {
    /** Copies the list. */
    public Verdict {
        reasons = List.copyOf(reasons);
    }

    /** A harmful round of a policy without memory: no trust. */
    public static Verdict harmful(double harmfulShare) {
        return new Verdict(true, harmfulShare, 0.0, 0.0, false, 0, 0, SecurityWeight.NONE, List.of());
    }

    /** A round that gives no reason for suspicion, of a policy without memory. */
    public static Verdict trusted(SecurityWeight weight) {
        return new Verdict(false, 0.0, weight.value(), weight.value(), false, 0, 0, weight, List.of());
    }
}
