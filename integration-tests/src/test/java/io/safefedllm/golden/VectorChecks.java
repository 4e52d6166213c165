package io.safefedllm.golden;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The checks by kind of vector, one class for each family of kinds. */
final class VectorChecks {
    private static final List<Map<String, VectorCheck>> FAMILIES = List.of(
            AdapterVectors.CHECKS,
            AttackVectors.CHECKS,
            ClientVectors.CHECKS,
            FeatureVectors.CHECKS,
            GateVectors.CHECKS,
            LevelVectors.CHECKS,
            OptimizerVectors.CHECKS,
            ProbeVectors.CHECKS,
            RoundVectors.CHECKS,
            RuleVectors.CHECKS,
            ScoreVectors.CHECKS,
            TrustVectors.CHECKS);

    private static final Map<String, VectorCheck> BY_KIND = merged();

    private VectorChecks() {}

    /**
     * Returns the check of a kind.
     *
     * @throws AssertionError if it has none
     */
    static VectorCheck of(String kind) {
        VectorCheck check = BY_KIND.get(kind);
        if (check == null) {
            throw new AssertionError("no check of kind '" + kind + "'; add one to a family in VectorChecks");
        }
        return check;
    }

    private static Map<String, VectorCheck> merged() {
        Map<String, VectorCheck> all = new HashMap<>();
        for (Map<String, VectorCheck> family : FAMILIES) {
            family.forEach((kind, check) -> {
                if (all.put(kind, check) != null) {
                    throw new IllegalStateException("kind '" + kind + "' has two checks");
                }
            });
        }
        return Map.copyOf(all);
    }
}
