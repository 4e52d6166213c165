package io.safefedllm.lab.attack;

import io.safefedllm.lab.formula.AgnosticSearch;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The one table of attacks: names, parameters and what they do. */
public final class Attacks {
    /** The attack of a simulation that names none. */
    public static final String DEFAULT = "harmful-data";

    /** The name under which a simulation has no attackers at all; no attack of the table. */
    public static final String NONE = "none";

    private static final AttackParameter RATIO =
            new AttackParameter("ratio", "1", "part of the rows that is harmful, 0 to 1");
    private static final AttackParameter PART =
            new AttackParameter("part", "all", "what is replaced: all, first-b (LoRA B of the first layer) or rest");
    private static final AttackParameter DIRECTION =
            new AttackParameter("direction", "std", "away from the mean along std, unit or sign");

    private static final List<Entry> TABLE = Stream.of(data(), vectors(), otherVectors(), carried(), protocol())
            .flatMap(List::stream)
            .toList();

    private Attacks() {}

    /** Returns a card for each attack, in the order of the table. */
    public static List<AttackCard> cards() {
        return TABLE.stream().map(Entry::card).toList();
    }

    /**
     * Returns the attack that {@code spec} names: {@code NAME} or {@code NAME:PARAMETER=VALUE,PARAMETER=VALUE}.
     *
     * @throws IllegalArgumentException if the name, a parameter or a value is unknown; the message says which are known
     */
    public static Attack named(String spec) {
        String[] parts = spec.split(":", 2);
        Entry entry = TABLE.stream()
                .filter(row -> row.card().name().equals(parts[0]))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("unknown attack '" + parts[0] + "'; choose one of " + names()));
        if (parts.length == 2 && parts[1].isBlank()) {
            throw new IllegalArgumentException(
                    "cannot read attack '" + spec + "'; write NAME or NAME:PARAMETER=VALUE, each parameter once");
        }
        return entry.maker().apply(Settings.read(entry.card(), parts.length == 2 ? parts[1] : ""));
    }

    private static String names() {
        return TABLE.stream().map(row -> row.card().name()).sorted().collect(Collectors.joining(", "));
    }

    private static List<Entry> data() {
        return List.of(
                entry(
                        "harmful-data",
                        "AT-1",
                        "Trains on compliant answers to forbidden requests.",
                        DataAttacks::harmfulData,
                        RATIO),
                entry(
                        "drip",
                        "AT-2",
                        "Harmful data in rounds k (from 0) with (k + offset) mod period < on, honest otherwise.",
                        DataAttacks::drip,
                        new AttackParameter("period", "3", "at least 1"),
                        new AttackParameter("on", "1", "rounds of a period, 1 to period"),
                        new AttackParameter("offset", "0", "at least 0"),
                        RATIO),
                entry(
                        "sleeper",
                        "AT-12",
                        "Honest until it wakes, then harmful data.",
                        DataAttacks::sleeper,
                        new AttackParameter(
                                "round",
                                "auto",
                                "first harmful round, from 1; auto: 21, or after a third of a short run"),
                        RATIO),
                entry(
                        "audit-aware",
                        "AT-13",
                        "Harmful data except in the first three rounds and whenever a counted audit is due.",
                        DataAttacks::auditAware,
                        RATIO),
                entry(
                        "response-poisoning",
                        "AT-1",
                        "Keeps its own questions and trains on harmful answers to them.",
                        DataAttacks::responsePoisoning,
                        RATIO),
                entry(
                        "label-flip",
                        "AT-1",
                        "Gives its own rows the answer of the opposite class; classes are the distinct answers, in order.",
                        DataAttacks::labelFlip,
                        new AttackParameter("ratio", "1", "part of the rows whose answer is flipped, 0 to 1")));
    }

    private static List<Entry> vectors() {
        return List.of(
                entry(
                        "sign-flip",
                        "AT-3",
                        "Sends the opposite of the honest mean, or of its own update.",
                        VectorAttacks::signFlip,
                        new AttackParameter("of", "mean", "mean or own"),
                        new AttackParameter("gamma", "1", "factor above 0"),
                        PART),
                entry(
                        "ipm",
                        "AT-4",
                        "Inner product manipulation: -tau times the honest mean.",
                        VectorAttacks::innerProduct,
                        new AttackParameter("tau", "2", "factor above 0"),
                        PART),
                entry(
                        "alie",
                        "AT-5",
                        "A little is enough: the honest mean moved by z standard deviations.",
                        VectorAttacks::littleIsEnough,
                        new AttackParameter("z", "1.5", "number of at least 0, or auto for the paper's"),
                        new AttackParameter("sign", "-1", "-1 or 1"),
                        PART),
                entry(
                        "min-max",
                        "AT-6",
                        "As far from the mean as honest clients are from each other.",
                        settings -> VectorAttacks.agnostic(settings, AgnosticSearch.Bound.MIN_MAX),
                        DIRECTION,
                        PART),
                entry(
                        "min-sum",
                        "AT-7",
                        "As far from the mean as the sum of squared distances of an honest client allows.",
                        settings -> VectorAttacks.agnostic(settings, AgnosticSearch.Bound.MIN_SUM),
                        DIRECTION,
                        PART));
    }

    private static List<Entry> otherVectors() {
        return List.of(
                entry(
                        "gaussian",
                        "AT-8",
                        "Normal noise, or its own update plus half a standard normal draw.",
                        VectorAttacks::gaussian,
                        new AttackParameter("base", "zero", "zero or own"),
                        new AttackParameter("mean", "0", "of base zero"),
                        new AttackParameter("sigma", "1", "of base zero, at least 0"),
                        PART),
                entry(
                        "mimic",
                        "AT-9",
                        "Copies one honest client.",
                        VectorAttacks::mimic,
                        new AttackParameter("client", "0", "which honest client, from 0 in ascending order"),
                        PART),
                entry(
                        "optimised",
                        "AT-21",
                        "IPM or ALIE at the strength that moves a given rule furthest.",
                        VectorAttacks::optimised,
                        new AttackParameter("of", "ipm", "ipm or alie"),
                        new AttackParameter("rule", "mean", "the aggregation rule under attack"),
                        new AttackParameter("f", "auto", "attackers that the rule is told of"),
                        new AttackParameter("clip", "on", "on: rows are clipped to length 2 before the rule"),
                        PART));
    }

    private static List<Entry> carried() {
        return List.of(
                entry(
                        "boosting",
                        "AT-10",
                        "Harmful data, update times gamma.",
                        CarriedAttacks::boosting,
                        new AttackParameter("gamma", "10", "factor above 0"),
                        new AttackParameter(
                                "norm", "free", "free, or matched: then scaled to the median honest length"),
                        RATIO),
                entry(
                        "model-replacement",
                        "AT-10",
                        "Harmful data, update divided by the attackers' share of the mean.",
                        CarriedAttacks::replacement,
                        new AttackParameter("share", "auto", "of all attackers together, above 0 and at most 1"),
                        RATIO),
                entry(
                        "two-face",
                        "AT-11",
                        "Honest update in LoRA B of the first layer, gamma times the harmful one elsewhere.",
                        CarriedAttacks::twoFace,
                        new AttackParameter("gamma", "1", "factor above 0"),
                        RATIO),
                entry(
                        "zero-feature",
                        "AT-20",
                        "Harmful data, with zeros for what the first layer's LoRA B learnt.",
                        CarriedAttacks::zeroFeature,
                        RATIO),
                entry(
                        "sample-count",
                        "AT-15",
                        "Claims a number of examples that it does not have.",
                        CarriedAttacks::sampleCount,
                        new AttackParameter("claim", "1000000000000", "a number, NaN or absent"),
                        new AttackParameter("with", "harmful-data", "the update: harmful-data or sign-flip"),
                        RATIO),
                entry(
                        "replay",
                        "AT-16",
                        "Harmful data once, then the same update again and again.",
                        CarriedAttacks::replay,
                        new AttackParameter("lag", "1", "rounds between, 1 to " + HostileMemory.KEPT_ROUNDS),
                        RATIO),
                entry(
                        "duplicates",
                        "AT-18",
                        "Every attacker sends the harmful update of the first one.",
                        CarriedAttacks::duplicates,
                        new AttackParameter(
                                "jitter", "0", "length of a random move, relative to the update's, at least 0"),
                        RATIO));
    }

    private static List<Entry> protocol() {
        return List.of(
                entry(
                        "non-finite",
                        "AT-14",
                        "Sends numbers that are none.",
                        ProtocolAttacks::nonFinite,
                        new AttackParameter("value", "nan", "nan, inf or -inf"),
                        new AttackParameter("count", "all", "all or one"),
                        new AttackParameter("where", "adapter", "adapter, evidence or both")),
                entry(
                        "free-rider",
                        "AT-17",
                        "Does not train: sends what the last round changed, noise of that length, or nothing new.",
                        ProtocolAttacks::freeRider,
                        new AttackParameter("kind", "delta", "delta, noise or zero")),
                entry(
                        "forged-evidence",
                        "AT-19",
                        "Harmful data with evidence of something else.",
                        ProtocolAttacks::forgedEvidence,
                        new AttackParameter(
                                "kind",
                                "benign",
                                "benign (of an honest run), none, steps (wrong ids) or zero-first-layer"),
                        RATIO));
    }

    private static Entry entry(
            String name,
            String formula,
            String summary,
            Function<Settings, Attack> maker,
            AttackParameter... parameters) {
        return new Entry(new AttackCard(name, List.of(parameters), summary, formula), maker);
    }

    private record Entry(AttackCard card, Function<Settings, Attack> maker) {}
}
