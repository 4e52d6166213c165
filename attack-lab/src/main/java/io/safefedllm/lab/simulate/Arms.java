package io.safefedllm.lab.simulate;

import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.aggregate.rules.RuleCard;
import io.safefedllm.strategy.trust.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The one table of arms: no defence, every aggregation rule, every level of the defence, and the oracle. */
public final class Arms {
    /** The arms of a simulation that names none, as they are written on the command line. */
    public static final String DEFAULT_NAMES =
            "fedavg,multi-krum,trimmed-mean,safe-fedllm:client,safe-fedllm:shadow," + "safe-fedllm:adapter,oracle";

    /** The same as a list. */
    public static final List<String> DEFAULTS = List.of(DEFAULT_NAMES.split(",", -1));

    private static final String MEAN = "mean";
    private static final String DEFENCE = "safe-fedllm:";
    private static final String PREFIX = "safe-fedllm.";
    private static final List<ArmSpec> TABLE = table();

    private Arms() {}

    /** Returns all arms, in the order of documents. */
    public static List<ArmSpec> all() {
        return TABLE;
    }

    /**
     * Returns the arm of that name: a name of the table, then any number of {@code @KEY=VALUE}, settings of this arm alone whose keys go without
     * {@code safe-fedllm.}.
     *
     * @throws IllegalArgumentException if there is none, or a setting is not of that form; the message lists the names
     */
    public static ArmSpec named(String name) {
        String[] parts = name.split("@", -1);
        ArmSpec arm = TABLE.stream()
                .filter(row -> row.name().equals(parts[0]))
                .findFirst()
                .orElseThrow(() -> unknown(parts[0]));
        Map<String, Object> overrides = new LinkedHashMap<>(arm.overrides());
        for (String setting : List.of(parts).subList(1, parts.length)) {
            String[] keyValue = setting.split("=", -1);
            if (keyValue.length != 2 || keyValue[0].isBlank() || keyValue[1].isBlank()) {
                throw new IllegalArgumentException("cannot read '@" + setting + "' of arm '" + name
                        + "'; write NAME@KEY=VALUE, for example safe-fedllm:shadow@mode=paper-faithful");
            }
            overrides.put(PREFIX + keyValue[0], value(keyValue[1]));
        }
        return new ArmSpec(name, arm.level(), arm.rule(), arm.takesByzantine(), arm.oracle(), arm.summary(), overrides);
    }

    /** Returns a value in the kind that run configs have: whole number, number, truth value or text. */
    private static Object value(String text) {
        if (text.matches("-?\\d{1,18}")) {
            return Long.valueOf(text);
        }
        if (text.matches("-?\\d*\\.?\\d+([eE]-?\\d+)?")) {
            return Double.valueOf(text);
        }
        return text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text) : text;
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
            String summary = level == Level.NONE
                    ? "the strategy without its probe, then the mean"
                    : "the probe at level " + level.key() + ", then the weighted mean";
            arms.add(new ArmSpec(DEFENCE + level.key(), level, MEAN, false, false, summary));
        }
        arms.add(new ArmSpec("oracle", Level.NONE, MEAN, false, true, "knows who is hostile: the best possible"));
        return List.copyOf(arms);
    }
}
