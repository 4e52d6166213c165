package io.safefedllm.lab.simulate;

import io.safefedllm.strategy.trust.SecurityWeight;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.Verdict;
import java.util.Set;

/** Knows who is hostile: weight 0 for them, 1 for the others. What no defence can beat. */
final class OraclePolicy implements TrustPolicy {
    private final Set<Integer> hostile;

    OraclePolicy(Set<Integer> hostile) {
        this.hostile = hostile;
    }

    @Override
    public Verdict weigh(Testimony testimony, TrustLedger ledger) {
        boolean barred = testimony.code().isViolation() || hostile.contains(ArmRecorder.client(testimony.nodeId()));
        return barred ? Verdict.harmful(1.0) : Verdict.trusted(SecurityWeight.FULL);
    }
}
