package io.safefedllm.lab.simulate;

import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.aggregate.rules.RuleCard;
import io.safefedllm.strategy.trust.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The one table of arms: no defence, every aggregation rule, every level of the defence, and the oracle. */
public final class Arms {
    /** The arms of a simulation that names none. */
    public static final List<String> DEFAULTS =
            List.of("fedavg", "multi-krum", "trimmed-mean", "safe-fedllm:client", "safe-fedllm:shadow", "oracle");

    private static final String MEAN = "mean";
    private static final String DEFENCE = "safe-fedllm:";
    private static final List<ArmSpec> TABLE = table();

    private Arms() {}

    /** Returns all arms, in the order of documents. */
    public static List<ArmSpec> all() {
        return TABLE;
    }

    /**
     * Returns the arm of that name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static ArmSpec named(String name) {
        return TABLE.stream().filter(arm -> arm.name().equals(name)).findFirst().orElseThrow(() -> unknown(name));
    }

    private static IllegalArgumentException unknown(String name) {
        String names = TABLE.stream().map(ArmSpec::name).sorted().collect(Collectors.joining(", "));
        return new IllegalArgumentException("unknown arm '" + name + "'; choose one of " + names);
    }

    private static List<ArmSpec> table() {
        List<ArmSpec> arms = new ArrayList<>();
        arms.add(new ArmSpec("fedavg", Level.NONE, MEAN, false, false, "no defence: the mean of all updates"));
        for (RuleCard rule : AggregationRules.cards()) {
            if (!rule.name().equals(MEAN)) {
                arms.add(new ArmSpec(
                        rule.name(), Level.NONE, rule.name(), rule.takesByzantine(), false, rule.summary()));
            }
        }
        for (Level level : Level.values()) {
            if (level != Level.NONE) {
                String summary = "the probe at level " + level.key() + ", then the weighted mean";
                arms.add(new ArmSpec(DEFENCE + level.key(), level, MEAN, false, false, summary));
            }
        }
        arms.add(new ArmSpec("oracle", Level.NONE, MEAN, false, true, "knows who is hostile: the best possible"));
        return List.copyOf(arms);
    }
}
