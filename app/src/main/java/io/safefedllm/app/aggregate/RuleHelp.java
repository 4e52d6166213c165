package io.safefedllm.app.aggregate;

import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.aggregate.rules.RuleCard;
import io.safefedllm.strategy.aggregate.rules.RuleParameter;
import java.util.ArrayList;
import java.util.List;

/** The table of aggregation rules as a part of a help text. */
final class RuleHelp {
    private RuleHelp() {}

    /** Returns one line a rule or step, and one a parameter. */
    static List<String> lines() {
        int width =
                AggregationRules.names().stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (RuleCard card : AggregationRules.cards()) {
            String needs = card.takesByzantine() ? " (needs --byzantine)" : "";
            lines.add("  " + card.name() + " ".repeat(width - card.name().length() + 2) + card.summary() + needs);
            for (RuleParameter parameter : card.parameters()) {
                lines.add(" ".repeat(width + 6) + parameter.key()
                        + parameter.fallback().map(value -> "=" + value).orElse("") + ": " + parameter.meaning() + "; "
                        + parameter.allowed());
            }
        }
        return lines;
    }
}
