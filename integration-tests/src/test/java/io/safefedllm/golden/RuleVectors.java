package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RowStep;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.UpdateStore;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.aggregate.rules.RuleChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Every aggregation rule and step (BL-1, BL-8 to BL-20), weighted and not, and what absent rows must not change. */
final class RuleVectors {
    static final Map<String, VectorCheck> CHECKS = Map.of(
            "rule", RuleVectors::rule,
            "rule-weighted", RuleVectors::rule,
            "rule-zero-absent", RuleVectors::rule,
            "trimmed-dust", RuleVectors::rule,
            "bucketing", RuleVectors::bucketing,
            "flame-sets", RuleVectors::flameSets,
            "foolsgold-factors", RuleVectors::foolsGoldFactors,
            "foolsgold-mixed", RuleVectors::foolsGoldFactors,
            "lora-mean", RuleVectors::loraMean);

    private RuleVectors() {}

    private static void rule(GoldenCase vector) {
        double[][] rows = GoldenCase.matrix(vector.input("rows"));
        double[] weights = weights(vector.input("weights"), rows.length);
        RuleInput input = RuleInput.of(
                new Rows(rows),
                weights,
                layout(vector.input("params"), rows[0].length),
                global(vector.inputNumbers("global")),
                new FixedDraws(new int[0]));
        RuleChoice choice = choice(vector.input("rule").asText(), vector.input("params"));
        if (choice.name().equals("nnm") || choice.name().equals("norm-clipping")) {
            assertRows(vector, AggregationRules.step(choice).prepare(input), "result");
            return;
        }
        Aggregate result =
                AggregationRules.of(choice).combine(input).aggregate().orElseThrow();
        vector.assertAgrees("result", values(result), vector.expected("result"));
        assertThat(result.degraded()).isFalse();
    }

    private static void bucketing(GoldenCase vector) {
        double[][] rows = GoldenCase.matrix(vector.input("rows"));
        double[] weights = vector.inputNumbers("weights");
        int[] permutation = GoldenCase.integers(vector.input("permutation"));
        RuleInput input = RuleInput.of(
                new Rows(rows),
                weights,
                flat(rows[0].length),
                GlobalValues.zero(),
                new FixedDraws(livePermutation(permutation, weights)));
        RuleChoice choice = new RuleChoice(
                "bucketing",
                OptionalInt.empty(),
                false,
                Map.of("bucketing.size", vector.input("s").asText()));

        RowStep.Prepared prepared = AggregationRules.step(choice).prepare(input);

        assertRows(vector, prepared, "rows");
        double[] groups = new double[prepared.input().store().rows()];
        Arrays.setAll(groups, prepared.input()::weight);
        vector.assertAgrees("weights", groups, vector.expected("weights"));
    }

    /** The file permutes all rows; a step permutes those that are left when the absent ones are gone. */
    private static int[] livePermutation(int[] permutation, double[] weights) {
        List<Integer> live = new ArrayList<>();
        for (int row = 0; row < weights.length; row++) {
            if (weights[row] > 0) {
                live.add(row);
            }
        }
        return Arrays.stream(permutation)
                .filter(row -> weights[row] > 0)
                .map(live::indexOf)
                .toArray();
    }

    private static void flameSets(GoldenCase vector) {
        double[][] rows = GoldenCase.matrix(vector.input("rows"));
        RuleInput input = RuleInput.of(
                new Rows(rows),
                ones(rows.length),
                flat(rows[0].length),
                global(vector.inputNumbers("global")),
                new FixedDraws(new int[0]));

        Aggregate result =
                AggregationRules.named("flame").combine(input).aggregate().orElseThrow();

        assertThat(result.rows())
                .containsExactlyElementsOf(Arrays.stream(GoldenCase.integers(vector.expected("benign")))
                        .boxed()
                        .toList());
        vector.assertAgrees("clip", result.figures().getOrDefault("clip", Double.NaN), vector.expected("clip"));
    }

    private static void foolsGoldFactors(GoldenCase vector) {
        double[][] rows = GoldenCase.matrix(vector.input("updates"));
        RuleInput input = RuleInput.of(
                new Rows(rows),
                ones(rows.length),
                flat(rows[0].length),
                GlobalValues.zero(),
                new FixedDraws(new int[0]));

        Aggregate result =
                AggregationRules.named("foolsgold").combine(input).aggregate().orElseThrow();

        double[] factors = new double[rows.length];
        result.factors().forEach((row, factor) -> factors[row] = factor);
        vector.assertAgrees("factors", factors, vector.expected("factors"));
    }

    private static void loraMean(GoldenCase vector) {
        LoraAdapter global = GoldenCase.adapter(vector.input("global"));
        double[] samples = vector.inputNumbers("samples");
        double[] security = vector.inputNumbers("weights");
        double[] effective = new double[samples.length];
        double[][] rows = new double[samples.length][];
        for (int i = 0; i < samples.length; i++) {
            effective[i] = samples[i] * security[i];
            rows[i] = GoldenCase.widened(
                    GoldenCase.adapter(vector.input("clients").get(i))
                            .arrangedAs(global.layout())
                            .toArray());
        }
        vector.assertAgrees("effective", effective, vector.expected("effective"));

        Aggregate result = AggregationRules.named("mean")
                .combine(RuleInput.of(new Rows(rows), effective, global, new FixedDraws(new int[0])))
                .aggregate()
                .orElseThrow();

        LoraAdapter mean = LoraAdapter.wrap(global.layout(), result.toFloat32());
        for (JsonNode tensor : vector.expected("aggregate")) {
            String name = tensor.get("name").asText();
            vector.assertAgrees(name, mean.tensor(name), tensor.get("data"));
        }
    }

    private static RuleChoice choice(String rule, JsonNode params) {
        Map<String, String> parameters = new HashMap<>();
        String name =
                switch (rule) {
                    case "trimmed" -> "trimmed-mean-1";
                    case "trimmed-f" -> "trimmed-mean";
                    case "norm-clip" -> "norm-clipping";
                    case "median-lower", "median-midpoint" -> "median";
                    case "geomed-rfa", "geomed-byzfl" -> "geometric-median";
                    default -> rule;
                };
        if (name.equals("median")) {
            parameters.put("median.kind", rule.substring("median-".length()));
        }
        if (name.equals("geometric-median")) {
            parameters.put("geometric-median.variant", rule.substring("geomed-".length()));
        }
        if (name.equals("norm-clipping")) {
            parameters.put("norm-clipping.bound", params.get("c").asText());
        }
        if (name.equals("centred-clipping")) {
            parameters.put("centred-clipping.tau", params.get("tau").asText());
            parameters.put("centred-clipping.steps", params.get("L").asText());
        }
        int byzantine = params.path("f").asInt(0);
        return new RuleChoice(name, OptionalInt.of(byzantine), false, parameters);
    }

    private static AdapterLayout layout(JsonNode params, int width) {
        if (!params.has("shapes")) {
            return flat(width);
        }
        List<TensorSpec> tensors = new ArrayList<>();
        for (JsonNode shape : params.get("shapes")) {
            tensors.add(new TensorSpec(
                    "t" + tensors.size(),
                    Arrays.stream(GoldenCase.integers(shape)).boxed().toList()));
        }
        return AdapterLayout.of(tensors);
    }

    private static AdapterLayout flat(int width) {
        return AdapterLayout.of(List.of(new TensorSpec("t", List.of(width))));
    }

    private static double[] weights(JsonNode given, int rows) {
        return given.isNull() ? ones(rows) : GoldenCase.numbers(given);
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1.0);
        return ones;
    }

    private static GlobalValues global(double[] values) {
        return (from, block, length) -> System.arraycopy(values, from, block, 0, length);
    }

    private static double[] values(Aggregate aggregate) {
        double[] values = new double[aggregate.width()];
        Arrays.setAll(values, aggregate::at);
        return values;
    }

    private static void assertRows(GoldenCase vector, RowStep.Prepared prepared, String key) {
        UpdateStore store = prepared.input().store();
        assertThat(store.rows()).isEqualTo(vector.expected(key).size());
        for (int row = 0; row < store.rows(); row++) {
            double[] values = new double[store.width()];
            store.read(row, 0, values, values.length);
            vector.assertAgrees("row " + row, values, vector.expected(key).get(row));
        }
    }

    /** The draws of the files: their own permutation, all coordinates, no noise. */
    private static final class FixedDraws implements Draws {
        private final int[] permutation;

        FixedDraws(int[] permutation) {
            this.permutation = permutation;
        }

        @Override
        public int[] permutation(int size) {
            assertThat(permutation).hasSize(size);
            return permutation.clone();
        }

        @Override
        public int[] subset(int size, int count) {
            assertThat(count).isEqualTo(size);
            int[] all = new int[size];
            Arrays.setAll(all, i -> i);
            return all;
        }

        @Override
        public double gaussian() {
            return 0.0;
        }
    }
}
