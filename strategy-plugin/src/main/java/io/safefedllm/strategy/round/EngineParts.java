package io.safefedllm.strategy.round;

import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.evidence.CanaryGauge;
import io.safefedllm.strategy.optimize.ServerOptimizer;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.TrustPolicies;
import io.safefedllm.strategy.trust.TrustPolicy;
import java.util.Optional;

/**
 * What a {@link RoundEngine} works with.
 *
 * @param screening the probe's part; {@link Screening#none()} at level none
 * @param policy how scores become weights
 * @param rule how adapters are combined
 * @param optimizer what the server makes of the combined adapter
 * @param canary reads the threshold of a round off the server's own updates, where the policy asks for one
 */
public record EngineParts(
        Screening screening,
        TrustPolicy policy,
        AggregationRule rule,
        ServerOptimizer optimizer,
        Optional<CanaryStation> canary) {

    /**
     * Returns the parts that the settings name.
     *
     * @throws IllegalArgumentException if they name the canary rule, which needs a {@link CanaryGauge}
     */
    public static EngineParts of(StrategySettings settings, Screening screening) {
        return of(settings, screening, TrustPolicies.of(settings.level(), settings.trust()));
    }

    /** Returns the parts that the settings name, but for the policy. */
    public static EngineParts of(StrategySettings settings, Screening screening, TrustPolicy policy) {
        return new EngineParts(
                screening, policy, settings.rule().rule(), settings.rule().serverOptimizer(), Optional.empty());
    }
}
