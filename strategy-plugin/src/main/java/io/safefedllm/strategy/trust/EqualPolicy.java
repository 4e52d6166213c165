package io.safefedllm.strategy.trust;

import java.util.List;

/** No defence: every client that broke no rule of form counts in full (SF-4.9). */
final class EqualPolicy implements TrustPolicy {
    @Override
    public List<Verdict> weigh(List<Testimony> round, TrustLedger ledger) {
        ScoringPolicy.requireAscending(round);
        return round.stream()
                .map(testimony ->
                        testimony.code().isViolation() ? Verdict.harmful(1.0) : Verdict.trusted(SecurityWeight.FULL))
                .toList();
    }
}
