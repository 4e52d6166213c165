package io.safefedllm.strategy.trust;

/** The door to the policies of the levels (SF-4, SF-7, SF-14). */
public final class TrustPolicies {
    private TrustPolicies() {}

    /**
     * Returns the policy of a level.
     *
     * @throws IllegalArgumentException at the adapter level, if the settings lack the numbers of a probe's card or name the
     *     canary rule, which needs a threshold of its own
     */
    public static TrustPolicy of(Level level, TrustSettings settings) {
        if (level == Level.ADAPTER && settings.adapter().rule() == AdapterRule.CANARY) {
            throw new IllegalArgumentException(
                    "adapter rule 'canary' needs canaries, which this program does not offer");
        }
        return of(level, settings, round -> Double.POSITIVE_INFINITY);
    }

    /**
     * Returns the policy of a level.
     *
     * @param canary where the canary rule places its cut; asked only by that rule
     * @throws IllegalArgumentException at the adapter level, if the settings lack the numbers of a probe's card
     */
    public static TrustPolicy of(Level level, TrustSettings settings, CanaryThreshold canary) {
        return switch (level) {
            case NONE -> new EqualPolicy();
            case STEP -> new ScoringPolicy(settings, new Witness(level, settings), new StepLevel(settings));
            case CLIENT -> new ScoringPolicy(settings, new Witness(level, settings), new ClientLevel(settings.level()));
            case SHADOW -> new ScoringPolicy(settings, new Witness(level, settings), new ShadowLevel(settings));
            case EVIDENCE -> new ScoringPolicy(settings, new Witness(level, settings), new EvidenceLevel(settings));
            case ADAPTER ->
                new ScoringPolicy(
                        settings,
                        new AdapterReader(settings, AdapterCut.of(settings.adapter(), canary)),
                        new AdapterLevel());
        };
    }
}
