package io.safefedllm.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.optimize.OptimizerSettings;
import io.safefedllm.strategy.optimize.ServerOptimizer;
import io.safefedllm.strategy.optimize.ServerOptimizers;
import io.safefedllm.strategy.optimize.ServerStep;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The server optimisers over several rounds (BL-3 to BL-6). */
final class OptimizerVectors {
    static final Map<String, VectorCheck> CHECKS = Map.of("server-opt", OptimizerVectors::serverOptimizer);

    private OptimizerVectors() {}

    private static void serverOptimizer(GoldenCase vector) {
        ServerOptimizer optimizer = ServerOptimizers.named(
                vector.input("rule").asText(),
                new OptimizerSettings(
                        vector.input("eta").asDouble(),
                        vector.input("tau").asDouble(),
                        vector.input("beta1").asDouble(),
                        vector.input("beta2").asDouble()));
        double[] values = vector.inputNumbers("global");
        CarriedState state = CarriedState.empty();
        int done = 0;
        for (JsonNode round : vector.input("rounds")) {
            double[] before = values;
            GlobalValues global = (from, block, length) -> System.arraycopy(before, from, block, 0, length);
            ServerStep step = optimizer.step(global, mean(round, global, values.length), state);
            state = step.state();
            values = new double[step.width()];
            Arrays.setAll(values, step::at);
            vector.assertAgrees(
                    "round " + done, values, vector.expected("global_after").get(done));
            done++;
        }
    }

    private static Aggregate mean(JsonNode round, GlobalValues global, int width) {
        AdapterLayout layout = AdapterLayout.of(List.of(new TensorSpec("t", List.of(width))));
        double[] effective = GoldenCase.numbers(round.get("effective"));
        Rows rows = new Rows(GoldenCase.matrix(round.get("rows")));
        return AggregationRules.named("mean")
                .combine(RuleInput.of(rows, effective, layout, global, Draws.seeded(0)))
                .aggregate()
                .orElseThrow();
    }
}
