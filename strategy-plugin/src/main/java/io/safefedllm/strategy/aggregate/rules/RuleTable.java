package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** The table of rules, in the order of documents: what is printed about each, and how it is made. */
final class RuleTable {
    private static final String KRUM_PAPER = "Blanchard et al. 2017, arXiv:1703.02757";
    private static final String TRIMMED_PAPER = "Yin et al. 2018, arXiv:1803.01498";
    private static final String AUTHORS = "Safe-FedLLM reference code";
    private static final String BYZFL = "ByzFL 0.0.11";

    static final List<Entry> ENTRIES = List.of(
            mean(),
            krum(KrumRule.Variant.KRUM, "the row closest to its neighbours", KRUM_PAPER),
            multiKrum(KrumRule.Variant.MULTI_KRUM, "mean of the m-f best rows of Krum", KRUM_PAPER),
            krum(KrumRule.Variant.BYZFL, "Krum with one neighbour more", BYZFL),
            multiKrum(KrumRule.Variant.MULTI_BYZFL, "Multi-Krum with one neighbour more", BYZFL),
            krum(KrumRule.Variant.REFERENCE, "best row and its neighbours, averaged", AUTHORS),
            trimmedMean(),
            trimmedMean1());

    /**
     * One rule.
     *
     * @param card what is printed
     * @param maker how it is made
     */
    record Entry(RuleCard card, Function<RuleArguments, AggregationRule> maker) {}

    private RuleTable() {}

    private static Entry mean() {
        return new Entry(
                card("mean", "none", "O(m d)", "mean weighted by effective samples", "McMahan et al. 2017"),
                args -> new MeanRule());
    }

    private static Entry krum(KrumRule.Variant variant, String summary, String paper) {
        return new Entry(
                robust(variant.ruleName(), "m >= 2f+3", "O(m^2 d)", summary, paper),
                args -> new KrumRule(variant, args.attackers(), OptionalInt.empty()));
    }

    private static Entry multiKrum(KrumRule.Variant variant, String summary, String paper) {
        return new Entry(
                robust(
                        variant.ruleName(),
                        "m >= 2f+3",
                        "O(m^2 d)",
                        summary,
                        paper,
                        new RuleParameter(
                                variant.ruleName() + ".keep",
                                ParameterKind.COUNT,
                                List.of(),
                                Optional.empty(),
                                "rows to average; m-f where it is not given")),
                args -> new KrumRule(variant, args.attackers(), args.optionalCount("keep")));
    }

    private static Entry trimmedMean() {
        return new Entry(
                robust("trimmed-mean", "m > 2f", "O(d m log m)", "drops f values per side", TRIMMED_PAPER),
                args -> new TrimmedMeanRule("trimmed-mean", args.attackers()));
    }

    private static Entry trimmedMean1() {
        return new Entry(
                card("trimmed-mean-1", "m > 2", "O(d m log m)", "drops one value per side", AUTHORS),
                args -> new TrimmedMeanRule("trimmed-mean-1", args.attackers(1)));
    }

    /** A rule that needs no number of attackers and looks at the adapters as they are. */
    private static RuleCard card(
            String name, String tolerates, String cost, String summary, String paper, RuleParameter... parameters) {
        return new RuleCard(name, tolerates, false, false, cost, summary, paper, List.of(parameters));
    }

    /** A rule that has to be told the number of attackers. */
    private static RuleCard robust(
            String name, String tolerates, String cost, String summary, String paper, RuleParameter... parameters) {
        return new RuleCard(name, tolerates, true, false, cost, summary, paper, List.of(parameters));
    }
}
