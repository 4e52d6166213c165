package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.lab.formula.AdapterParts;
import io.safefedllm.lab.formula.AgnosticSearch;
import io.safefedllm.lab.formula.AttackSchedules;
import io.safefedllm.lab.formula.CollusionFormulas;
import io.safefedllm.lab.formula.HonestRows;
import io.safefedllm.lab.formula.OwnFormulas;
import io.safefedllm.lab.formula.TauSearch;
import io.safefedllm.probe.lora.LoraUpdate;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/** The formulas of attacks (AT-1 to AT-21). */
final class AttackVectors {
    static final Map<String, VectorCheck> CHECKS = Map.of(
            "attack", AttackVectors::attack,
            "attack-schedules", AttackVectors::schedules,
            "two-face", AttackVectors::twoFace);

    private AttackVectors() {}

    private static void attack(GoldenCase vector) {
        String name = vector.input("name").asText();
        HonestRows honest = HonestRows.copyOf(GoldenCase.matrix(vector.input("honest")));
        JsonNode parameters = vector.input("params");
        JsonNode expected = vector.expected("vector");
        if (name.equals("sybil-jitter")) {
            double[][] copies = jittered(parameters);
            for (int i = 0; i < copies.length; i++) {
                vector.assertAgrees("copy", copies[i], expected.get(i));
            }
            assertThat(copies).hasDimensions(expected.size(), honest.width());
        } else {
            double[] got = parameters.has("own") || parameters.has("G") || parameters.has("Gk")
                    ? ofOwn(name, honest, parameters)
                    : ofHonest(name, honest, parameters);
            vector.assertAgrees("vector", got, expected);
        }
    }

    private static double[] ofHonest(String name, HonestRows honest, JsonNode with) {
        return switch (name) {
            case "sign-flip" -> CollusionFormulas.signFlip(honest);
            case "ipm" -> CollusionFormulas.innerProduct(honest, number(with, "tau"));
            case "alie" -> CollusionFormulas.littleIsEnough(honest, number(with, "sign") * number(with, "z"));
            case "alie-auto" ->
                CollusionFormulas.littleIsEnough(
                        honest,
                        -AttackSchedules.alieZ(
                                with.get("n").asInt(), with.get("f").asInt()));
            case "min-max" -> agnostic(honest, AgnosticSearch.Bound.MIN_MAX, with);
            case "min-sum" -> agnostic(honest, AgnosticSearch.Bound.MIN_SUM, with);
            case "gaussian" ->
                CollusionFormulas.gaussian(number(with, "mean"), number(with, "sigma"), vector(with, "normals"));
            case "mimic" -> CollusionFormulas.mimic(honest, with.get("epsilon").asInt());
            case "opt-ipm" -> strongest(honest, tau -> CollusionFormulas.innerProduct(honest, tau), with);
            case "opt-alie" -> strongest(honest, tau -> CollusionFormulas.littleIsEnough(honest, tau), with);
            default -> throw new AssertionError("no check of attack '" + name + "'");
        };
    }

    private static double[] ofOwn(String name, HonestRows honest, JsonNode with) {
        return switch (name) {
            case "sign-flip-own" -> OwnFormulas.signFlip(vector(with, "own"), number(with, "gamma"));
            case "gaussian-own" -> OwnFormulas.noisy(vector(with, "own"), vector(with, "normals"));
            case "boost" -> OwnFormulas.boost(vector(with, "own"), number(with, "gamma"));
            case "boost-norm-matched" -> OwnFormulas.boostToNorm(vector(with, "own"), number(with, "gamma"), honest);
            case "replacement" ->
                OwnFormulas.replacement(
                        vector(with, "X"),
                        vector(with, "G"),
                        Arrays.stream(vector(with, "shares")).sum());
            case "free-rider-delta" -> OwnFormulas.freeRiderDelta(vector(with, "Gk"), vector(with, "Gk1"));
            case "free-rider-noise" ->
                OwnFormulas.freeRiderNoise(vector(with, "Gk"), vector(with, "Gk1"), vector(with, "normals"));
            default -> throw new AssertionError("no check of attack '" + name + "'");
        };
    }

    private static double[] agnostic(HonestRows honest, AgnosticSearch.Bound bound, JsonNode with) {
        String direction = with.get("p").asText().toUpperCase(Locale.ROOT);
        return AgnosticSearch.furthest(honest, bound, AgnosticSearch.Direction.valueOf(direction));
    }

    private static double[] strongest(HonestRows honest, DoubleFunction<double[]> attack, JsonNode with) {
        int attackers = with.get("f").asInt();
        TauSearch.Rule rule =
                switch (with.get("agg").asText()) {
                    case "average" -> rows -> trimmed(rows, 0);
                    case "median" -> rows -> trimmed(rows, (rows.length - 1) / 2);
                    case "trimmed" -> rows -> trimmed(rows, attackers);
                    default -> throw new AssertionError("no check with rule " + with.get("agg"));
                };
        boolean mixed = with.get("pre").asText().equals("nnm");
        return TauSearch.strongest(
                honest, attackers, attack, mixed ? rows -> rule.combine(neighbours(rows, attackers)) : rule);
    }

    /** Returns the mean of every coordinate without the {@code drop} smallest and largest; with half of them, the midpoint median. */
    private static double[] trimmed(double[][] rows, int drop) {
        double[] result = new double[rows[0].length];
        for (int i = 0; i < result.length; i++) {
            int column = i;
            result[i] = Arrays.stream(rows)
                    .mapToDouble(row -> row[column])
                    .sorted()
                    .skip(drop)
                    .limit(rows.length - 2L * drop)
                    .average()
                    .orElseThrow();
        }
        return result;
    }

    /** Returns each row's mean with its nearest neighbours, itself first (BL-18). */
    private static double[][] neighbours(double[][] rows, int attackers) {
        double[][] mixed = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            int self = i;
            double[][] nearest = IntStream.range(0, rows.length)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(j -> j == self ? -1 : distance(rows[self], rows[j]))
                            .thenComparing(Comparator.naturalOrder()))
                    .limit(rows.length - (long) attackers)
                    .map(j -> rows[j])
                    .toArray(double[][]::new);
            mixed[i] = trimmed(nearest, 0);
        }
        return mixed;
    }

    private static double distance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return Math.sqrt(sum);
    }

    private static double[][] jittered(JsonNode with) {
        double[][] directions = GoldenCase.matrix(with.get("directions"));
        double[][] copies = new double[directions.length][];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = OwnFormulas.jittered(vector(with, "own"), number(with, "epsilon"), directions[i]);
        }
        return copies;
    }

    private static void schedules(GoldenCase vector) {
        int rounds = vector.input("rounds").asInt();
        for (int i = 0; i < vector.input("drip").size(); i++) {
            JsonNode drip = vector.input("drip").get(i);
            boolean[] bad = new boolean[rounds];
            for (int k = 0; k < rounds; k++) {
                bad[k] = AttackSchedules.drips(
                        k,
                        drip.get("period").asInt(),
                        drip.get("on").asInt(),
                        drip.get("offset").asInt());
            }
            assertThat(bad)
                    .isEqualTo(GoldenCase.booleans(vector.expected("drip").get(i)));
        }
        boolean[] sleeper = new boolean[rounds];
        boolean[] careful = new boolean[rounds];
        for (int k = 0; k < rounds; k++) {
            sleeper[k] = AttackSchedules.awake(k, vector.input("wake").asInt());
            careful[k] = AttackSchedules.unaudited(k);
        }
        assertThat(sleeper).isEqualTo(GoldenCase.booleans(vector.expected("sleeper")));
        assertThat(careful).isEqualTo(GoldenCase.booleans(vector.expected("audit_aware")));
        for (int i = 0; i < vector.input("ratio_rows").size(); i++) {
            JsonNode pair = vector.input("ratio_rows").get(i);
            assertThat(AttackSchedules.poisonedRows(
                            new BigDecimal(pair.get(0).asText()), pair.get(1).asInt()))
                    .isEqualTo(vector.expected("poisoned_rows").get(i).asInt());
        }
        strengths(vector);
    }

    private static void strengths(GoldenCase vector) {
        for (int i = 0; i < vector.input("n_f").size(); i++) {
            int clients = vector.input("n_f").get(i).get(0).asInt();
            int attackers = vector.input("n_f").get(i).get(1).asInt();
            JsonNode expected = vector.expected("z").get(i);
            if (expected.isNull()) {
                assertThatThrownBy(() -> AttackSchedules.alieZ(clients, attackers))
                        .isInstanceOf(IllegalArgumentException.class);
            } else {
                vector.assertAgrees("z", AttackSchedules.alieZ(clients, attackers), expected);
            }
        }
    }

    private static void twoFace(GoldenCase vector) {
        LoraUpdate update = AdapterParts.twoFace(
                GoldenCase.update(vector.input("benign")),
                GoldenCase.update(vector.input("malicious")),
                vector.input("gamma").asDouble());

        LoraUpdate expected = GoldenCase.update(vector.expected("update"));
        assertThat(update.layout()).isEqualTo(expected.layout());
        vector.assertAgrees("update", GoldenCase.widened(update.toArray()), GoldenCase.widened(expected.toArray()));
    }

    private static double number(JsonNode parameters, String key) {
        return GoldenCase.number(parameters.get(key));
    }

    private static double[] vector(JsonNode parameters, String key) {
        return GoldenCase.numbers(parameters.get(key));
    }
}
