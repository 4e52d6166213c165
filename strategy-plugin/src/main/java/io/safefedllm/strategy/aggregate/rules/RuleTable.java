package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.RowStep;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table of rules and steps, in the order of documents: what is printed about each, and how it is made. */
final class RuleTable {
    private static final String HALF = "m > 2f";
    private static final String KRUM = "m >= 2f+3";
    private static final String PAIRS = "O(m^2 d)";
    private static final String SORTED = "O(d m log m)";
    private static final String LINEAR = "O(m d)";
    private static final String KRUM_PAPER = "Blanchard et al. 2017, arXiv:1703.02757";
    private static final String YIN = "Yin et al. 2018, arXiv:1803.01498";
    private static final String AUTHORS = "Safe-FedLLM reference code";
    private static final String BYZFL = "ByzFL 0.0.11";

    static final List<Entry<AggregationRule>> RULES = List.of(
            mean(),
            median(),
            trimmedMean(),
            trimmedMean1(),
            krum(KrumRule.Variant.KRUM, "the row closest to its neighbours", KRUM_PAPER),
            multiKrum(KrumRule.Variant.MULTI_KRUM, "mean of the m-f best rows of Krum", KRUM_PAPER),
            krum(KrumRule.Variant.BYZFL, "Krum with one neighbour more", BYZFL),
            multiKrum(KrumRule.Variant.MULTI_BYZFL, "Multi-Krum with one neighbour more", BYZFL),
            krum(KrumRule.Variant.REFERENCE, "best row and its neighbours, averaged", AUTHORS),
            foolsGold(),
            residual(),
            dnc(),
            flame(),
            lasa(),
            geometricMedian(),
            centredClipping());

    static final List<Entry<RowStep>> STEPS = List.of(bucketing(), nearestNeighbours(), normClipping());

    /**
     * One rule or step.
     *
     * @param card what is printed
     * @param maker how it is made
     */
    record Entry<T>(RuleCard card, Function<RuleArguments, T> maker) {}

    private RuleTable() {}

    private static Entry<AggregationRule> mean() {
        return new Entry<>(
                card("mean", "none", LINEAR, "mean weighted by effective samples", "McMahan et al. 2017"),
                args -> new MeanRule());
    }

    private static Entry<AggregationRule> median() {
        RuleParameter kind = word(
                "median.kind",
                List.of("lower", "midpoint"),
                "of an even number the smaller of the two middle values, or their mean; midpoint, paper-faithful lower");
        return new Entry<>(
                card("median", HALF, SORTED, "median of every coordinate", YIN, kind),
                args -> new MedianRule(
                        args.optionalText("kind")
                                        .orElse(args.paperFaithful() ? "lower" : "midpoint")
                                        .equals("lower")
                                ? WeightedMedian.LOWER
                                : WeightedMedian.MIDPOINT));
    }

    private static Entry<AggregationRule> trimmedMean() {
        return new Entry<>(
                robust("trimmed-mean", HALF, SORTED, "drops f values per side", YIN),
                args -> new TrimmedMeanRule("trimmed-mean", args.attackers()));
    }

    private static Entry<AggregationRule> trimmedMean1() {
        return new Entry<>(
                card("trimmed-mean-1", "m > 2", SORTED, "drops one value per side", AUTHORS),
                args -> new TrimmedMeanRule("trimmed-mean-1", args.attackers(1)));
    }

    private static Entry<AggregationRule> krum(KrumRule.Variant variant, String summary, String paper) {
        return new Entry<>(
                robust(variant.ruleName(), KRUM, PAIRS, summary, paper),
                args -> new KrumRule(variant, args.attackers(), OptionalInt.empty()));
    }

    private static Entry<AggregationRule> multiKrum(KrumRule.Variant variant, String summary, String paper) {
        RuleParameter keep = number(
                variant.ruleName() + ".keep", ParameterKind.COUNT, null, "rows to average; m-f where it is not given");
        return new Entry<>(
                robust(variant.ruleName(), KRUM, PAIRS, summary, paper, keep),
                args -> new KrumRule(variant, args.attackers(), args.optionalCount("keep")));
    }

    private static Entry<AggregationRule> foolsGold() {
        return new Entry<>(
                card(
                        "foolsgold",
                        "not all alike",
                        PAIRS,
                        "less weight for updates that resemble each other",
                        "Fung et al. 2020, arXiv:1808.04866"),
                args -> new FoolsGoldRule());
    }

    private static Entry<AggregationRule> residual() {
        return new Entry<>(
                card(
                        "residual",
                        "m >= 3, m > 2f",
                        "O(d m^2 log m)",
                        "weighs rows by their distance from a robust line",
                        "Fu et al. 2019, arXiv:1912.11464",
                        number("residual.lambda", ParameterKind.POSITIVE, "2", "how far from the line a value may lie"),
                        number(
                                "residual.delta",
                                ParameterKind.SHARE,
                                "0.05",
                                "values of a weight below are put onto the line")),
                args -> new ResidualRule(args.number("lambda"), args.number("delta")));
    }

    private static Entry<AggregationRule> dnc() {
        return new Entry<>(
                robust(
                        "dnc",
                        HALF,
                        "O(m^2 b)",
                        "drops the rows furthest along the main direction of difference",
                        "Shejwalkar and Houmansadr 2021",
                        number("dnc.iterations", ParameterKind.COUNT, "1", "random views that must agree"),
                        number("dnc.filter", ParameterKind.POSITIVE, "1", "rows dropped for each attacker"),
                        number("dnc.coordinates", ParameterKind.COUNT, "10000", "coordinates of a view")),
                args -> new DncRule(
                        args.attackers(), args.count("iterations"), args.number("filter"), args.count("coordinates")));
    }

    private static Entry<AggregationRule> flame() {
        return new Entry<>(
                card(
                        "flame",
                        HALF,
                        "O(m^2 d + m^3)",
                        "majority cluster, clipped to the median norm, with noise",
                        "Nguyen et al. 2022, arXiv:2101.02281",
                        number(
                                "flame.noise",
                                ParameterKind.NOT_NEGATIVE,
                                "0.001",
                                "deviation of the noise, as a share of the median norm")),
                args -> new FlameRule(args.number("noise")));
    }

    private static Entry<AggregationRule> lasa() {
        return new Entry<>(
                card(
                        "lasa",
                        HALF,
                        "O(m d log d)",
                        "thinned updates, judged tensor by tensor",
                        "Xu et al. 2025, arXiv:2409.01435",
                        number("lasa.sparsity", ParameterKind.SHARE, "0.3", "share of elements that are set to 0"),
                        number(
                                "lasa.lambda-norm",
                                ParameterKind.POSITIVE,
                                "1",
                                "deviations that a norm may lie from the median"),
                        number(
                                "lasa.lambda-sign",
                                ParameterKind.POSITIVE,
                                "1",
                                "deviations that a sign score may lie from the median")),
                args -> new LasaRule(args.number("sparsity"), args.number("lambda-norm"), args.number("lambda-sign")));
    }

    private static Entry<AggregationRule> geometricMedian() {
        return new Entry<>(
                card(
                        "geometric-median",
                        "mass < W/2",
                        "O(m d) a step",
                        "point of least summed distance",
                        "Pillutla et al. 2022, arXiv:1912.13445",
                        new RuleParameter(
                                "geometric-median.variant",
                                ParameterKind.WORD,
                                List.of("rfa", "byzfl"),
                                Optional.of("rfa"),
                                "from the mean until it converges, or three steps from the global adapter"),
                        number(
                                "geometric-median.nu",
                                ParameterKind.POSITIVE,
                                null,
                                "least distance that counts; rfa 1e-6, byzfl 0.1"),
                        number("geometric-median.steps", ParameterKind.COUNT, null, "steps at most; rfa 100, byzfl 3")),
                RuleTable::geometricMedian);
    }

    private static AggregationRule geometricMedian(RuleArguments args) {
        GeometricMedianRule.Variant variant = args.text("variant").equals("rfa")
                ? GeometricMedianRule.Variant.RFA
                : GeometricMedianRule.Variant.BYZFL;
        return new GeometricMedianRule(
                variant,
                args.optionalNumber("nu").orElse(variant.smoothing()),
                args.optionalCount("steps").orElse(variant.steps()));
    }

    private static Entry<AggregationRule> centredClipping() {
        return new Entry<>(
                card(
                        CentredClippingRule.NAME,
                        "f/m < about 0.1",
                        "O(m d) a step",
                        "clips around the last round's aggregate",
                        "Karimireddy et al. 2021, arXiv:2012.10333",
                        number("centred-clipping.tau", ParameterKind.POSITIVE, "100", "radius of the clip"),
                        number("centred-clipping.steps", ParameterKind.COUNT, "1", "steps in a round")),
                args -> new CentredClippingRule(args.number("tau"), args.count("steps")));
    }

    private static Entry<RowStep> bucketing() {
        return new Entry<>(
                step(
                        "bucketing",
                        "f s < m/2",
                        LINEAR,
                        "step: averages rows in random groups",
                        "Karimireddy et al. 2022, arXiv:2006.09365",
                        number("bucketing.size", ParameterKind.COUNT, "2", "rows in a group")),
                args -> new BucketingStep(args.count("size")));
    }

    private static Entry<RowStep> nearestNeighbours() {
        RuleCard card = new RuleCard(
                "nnm",
                HALF,
                true,
                true,
                PAIRS,
                "step: averages every row with its neighbours",
                "Allouah et al. 2023, arXiv:2302.01772",
                List.of());
        return new Entry<>(card, args -> new NearestNeighbourStep(args.attackers()));
    }

    private static Entry<RowStep> normClipping() {
        return new Entry<>(
                step(
                        "norm-clipping",
                        "-",
                        LINEAR,
                        "step: scales long updates down to a bound",
                        "Sun et al. 2019, arXiv:1911.07963",
                        number(
                                "norm-clipping.bound",
                                ParameterKind.POSITIVE,
                                null,
                                "largest norm; kappa x the median norm where it is not given"),
                        number(
                                "norm-clipping.kappa",
                                ParameterKind.POSITIVE,
                                "1",
                                "the bound as a multiple of the median norm")),
                args -> new NormClippingStep(args.optionalNumber("bound"), args.number("kappa")));
    }

    /** A rule that needs no number of attackers. */
    private static RuleCard card(
            String name, String tolerates, String cost, String summary, String paper, RuleParameter... parameters) {
        return new RuleCard(name, tolerates, false, false, cost, summary, paper, List.of(parameters));
    }

    /** A rule that has to be told the number of attackers. */
    private static RuleCard robust(
            String name, String tolerates, String cost, String summary, String paper, RuleParameter... parameters) {
        return new RuleCard(name, tolerates, true, false, cost, summary, paper, List.of(parameters));
    }

    private static RuleCard step(
            String name, String tolerates, String cost, String summary, String paper, RuleParameter... parameters) {
        return new RuleCard(name, tolerates, false, true, cost, summary, paper, List.of(parameters));
    }

    private static RuleParameter number(String key, ParameterKind kind, @Nullable String fallback, String meaning) {
        return new RuleParameter(key, kind, List.of(), Optional.ofNullable(fallback), meaning);
    }

    private static RuleParameter word(String key, List<String> words, String meaning) {
        return new RuleParameter(key, ParameterKind.WORD, words, Optional.empty(), meaning);
    }
}
