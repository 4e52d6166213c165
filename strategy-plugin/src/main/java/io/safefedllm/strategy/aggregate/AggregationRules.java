package io.safefedllm.strategy.aggregate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** The door to all aggregation rules: by name, from one table. */
public final class AggregationRules {
    private static final String KRUM_PAPER = "Blanchard et al. 2017, arXiv:1703.02757";
    private static final String TRIMMED_PAPER = "Yin et al. 2018, arXiv:1803.01498";
    private static final String AUTHORS = "Safe-FedLLM reference code";

    private static final Map<String, Entry> TABLE = table();

    private record Entry(RuleCard card, IntFunction<AggregationRule> maker) {}

    private AggregationRules() {}

    /** Returns the names of all rules, in the order of the table. */
    public static List<String> names() {
        return List.copyOf(TABLE.keySet());
    }

    /** Returns the table of all rules, for help texts and documents. */
    public static List<RuleCard> cards() {
        return TABLE.values().stream().map(Entry::card).toList();
    }

    /**
     * Returns a rule that needs no number of attackers.
     *
     * @throws IllegalArgumentException if there is no such rule, or it must be told the number of attackers
     */
    public static AggregationRule named(String name) {
        return named(name, OptionalInt.empty());
    }

    /**
     * Returns a rule that assumes {@code byzantine} attackers; rules that need no such number ignore it.
     *
     * @throws IllegalArgumentException if there is no such rule, or the number is negative
     */
    public static AggregationRule named(String name, int byzantine) {
        return named(name, OptionalInt.of(byzantine));
    }

    /**
     * Returns a rule, told the assumed number of attackers if there is one.
     *
     * @throws IllegalArgumentException if there is no such rule, the number is negative, or the rule needs one and has
     *     none; the message says what to do
     */
    public static AggregationRule named(String name, OptionalInt byzantine) {
        Entry entry = TABLE.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "unknown aggregation rule '" + name + "'; choose one of " + String.join(", ", names()));
        }
        if (entry.card().takesByzantine() && byzantine.isEmpty()) {
            throw new IllegalArgumentException(
                    "rule '" + name + "' needs the assumed number of attackers; give rule.byzantine");
        }
        if (byzantine.isPresent() && byzantine.getAsInt() < 0) {
            throw new IllegalArgumentException(
                    "assumed number of attackers must not be negative but was " + byzantine.getAsInt());
        }
        return entry.maker().apply(byzantine.orElse(0));
    }

    private static Map<String, Entry> table() {
        Map<String, Entry> table = new LinkedHashMap<>();
        add(
                table,
                new RuleCard(
                        "mean", "none", false, "O(m d)", "mean weighted by effective samples", "McMahan et al. 2017"),
                f -> new WeightedMean());
        add(
                table,
                new RuleCard("krum", "m >= 2f+3", true, "O(m^2 d)", "the row closest to its neighbours", KRUM_PAPER),
                f -> new Krum(Krum.Variant.KRUM, f));
        add(
                table,
                new RuleCard(
                        "multi-krum", "m >= 2f+3", true, "O(m^2 d)", "mean of the m-f best rows of Krum", KRUM_PAPER),
                f -> new Krum(Krum.Variant.MULTI_KRUM, f));
        add(
                table,
                new RuleCard("trimmed-mean", "m > 2f", true, "O(d m log m)", "drops f values per side", TRIMMED_PAPER),
                f -> new TrimmedMean("trimmed-mean", f));
        add(
                table,
                new RuleCard(
                        "krum-reference",
                        "m >= 2f+3",
                        true,
                        "O(m^2 d)",
                        "best row and its neighbours, averaged",
                        AUTHORS),
                f -> new Krum(Krum.Variant.REFERENCE, f));
        add(
                table,
                new RuleCard("trimmed-mean-1", "m > 2", false, "O(d m log m)", "drops one value per side", AUTHORS),
                f -> new TrimmedMean("trimmed-mean-1", 1));
        return table;
    }

    private static void add(Map<String, Entry> table, RuleCard card, IntFunction<AggregationRule> maker) {
        table.put(card.name(), new Entry(card, maker));
    }
}
