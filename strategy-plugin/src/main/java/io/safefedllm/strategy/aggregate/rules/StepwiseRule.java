package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RowStep;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Steps, one after the other, and a rule over the rows that the last one made.
 *
 * <p>The security weight counts, never samples, whatever the rule: the steps are robust ones (BL-0.2). A row of the store
 * was used if it is part of a row that the rule used; its factor is the largest of those. Degraded if any part is.
 */
final class StepwiseRule implements AggregationRule {
    private final String name;
    private final List<RowStep> steps;
    private final AggregationRule rule;

    /** Joins at least one step and a rule under the name that was asked for. */
    StepwiseRule(String name, List<RowStep> steps, AggregationRule rule) {
        this.name = name;
        this.steps = List.copyOf(steps);
        this.rule = rule;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean countsSamples() {
        return false;
    }

    @Override
    public boolean needsGlobal() {
        return rule.needsGlobal() || steps.stream().anyMatch(RowStep::needsGlobal);
    }

    @Override
    public RuleOutcome combine(RuleInput input) {
        RuleInput rows = input;
        boolean degraded = false;
        List<List<List<Integer>>> origins = new ArrayList<>();
        for (RowStep step : steps) {
            RowStep.Prepared prepared = step.prepare(rows);
            if (prepared.refused()) {
                return new NoAggregate(NoAggregate.Reason.TOO_MANY_ATTACKERS);
            }
            rows = prepared.input();
            degraded |= prepared.degraded();
            origins.add(0, prepared.origins());
        }
        RuleOutcome outcome = rule.combine(rows);
        if (outcome instanceof Aggregate aggregate) {
            Map<Integer, Double> factors = aggregate.factors();
            for (List<List<Integer>> origin : origins) {
                factors = traced(factors, origin);
            }
            Aggregate traced = aggregate.withFactors(factors);
            return degraded ? traced.asDegraded() : traced;
        }
        return outcome;
    }

    private static Map<Integer, Double> traced(Map<Integer, Double> factors, List<List<Integer>> origins) {
        Map<Integer, Double> traced = new TreeMap<>();
        factors.forEach((row, factor) -> origins.get(row).forEach(origin -> traced.merge(origin, factor, Math::max)));
        return traced;
    }
}
