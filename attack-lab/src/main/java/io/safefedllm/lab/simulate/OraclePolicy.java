package io.safefedllm.lab.simulate;

import io.safefedllm.strategy.trust.SecurityWeight;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.Verdict;
import java.util.List;
import java.util.Set;

/** Knows who is hostile: weight 0 for them, 1 for the others. What no defence can beat. */
final class OraclePolicy implements TrustPolicy {
    private final Set<Integer> hostile;

    OraclePolicy(Set<Integer> hostile) {
        this.hostile = hostile;
    }

    @Override
    public List<Verdict> weigh(List<Testimony> round, TrustLedger ledger) {
        return round.stream().map(this::weigh).toList();
    }

    private Verdict weigh(Testimony testimony) {
        boolean barred = testimony.code().isViolation() || hostile.contains(ArmRecorder.client(testimony.nodeId()));
        return barred ? Verdict.harmful(1.0) : Verdict.trusted(SecurityWeight.FULL);
    }
}
