package io.safefedllm.lab.simulate;

import io.safefedllm.strategy.trust.AdapterRule;
import io.safefedllm.strategy.trust.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an arm of a simulation does with the replies.
 *
 * @param name as it is asked for: {@code safe-fedllm:shadow@mode=paper-faithful}
 * @param level what the defence scores
 * @param rule the aggregation rule
 * @param takesByzantine whether the rule is told the true number of hostile clients
 * @param oracle whether the arm knows who is hostile
 * @param summary one sentence
 * @param overrides settings of this arm alone, by full key
 */
public record ArmSpec(
        String name,
        Level level,
        String rule,
        boolean takesByzantine,
        boolean oracle,
        String summary,
        Map<String, Object> overrides) {
    /** Copies the map. */
    public ArmSpec {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    ArmSpec(String name, Level level, String rule, boolean takesByzantine, boolean oracle, String summary) {
        this(name, level, rule, takesByzantine, oracle, summary, Map.of());
    }

    /** Returns whether the arm reads the probe. */
    public boolean screens() {
        return level != Level.NONE;
    }

    /** Returns whether the server of the arm trains updates of its own to place the threshold. */
    boolean trainsCanaries() {
        return AdapterRule.CANARY.key().equals(overrides.get("safe-fedllm.adapter.rule"));
    }

    /** Returns the name as files and directories have it: a hyphen for each character that is no letter, digit, dot or underscore. */
    public String directoryName() {
        return name.replaceAll("[^A-Za-z0-9._]", "-");
    }
}
