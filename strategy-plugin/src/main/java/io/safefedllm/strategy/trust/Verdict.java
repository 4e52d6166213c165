package io.safefedllm.strategy.trust;

/**
 * What a policy made of one client's testimony.
 *
 * @param harmful whether the round counts as harmful for the client (SF-7.3c)
 * @param harmfulShare share of harmful steps, in [0, 1]
 * @param levelWeight the level's weight omega, in [0, 1] (SF-7.3d)
 * @param weight the weight that the aggregation uses
 */
public record Verdict(boolean harmful, double harmfulShare, double levelWeight, SecurityWeight weight) {
    /** A harmful round: no trust. */
    public static Verdict harmful(double harmfulShare) {
        return new Verdict(true, harmfulShare, 0.0, SecurityWeight.NONE);
    }

    /** A round that gives no reason for suspicion, with the same weight before and after the floor. */
    public static Verdict trusted(SecurityWeight weight) {
        return new Verdict(false, 0.0, weight.value(), weight);
    }
}
