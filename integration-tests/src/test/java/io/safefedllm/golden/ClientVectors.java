package io.safefedllm.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.train.ControlVariates;
import io.safefedllm.client.train.ProximalTerm;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.optimize.ScaffoldControl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Algorithms that have a side in the client: FedProx (BL-2), and SCAFFOLD (BL-7) with both its sides. */
final class ClientVectors {
    static final Map<String, VectorCheck> CHECKS =
            Map.of("fedprox", ClientVectors::fedprox, "scaffold", ClientVectors::scaffold);

    private ClientVectors() {}

    private static void fedprox(GoldenCase vector) {
        double mu = vector.input("mu").asDouble();
        double[] theta = vector.inputNumbers("theta");
        double[] global = vector.inputNumbers("global");
        double loss = vector.input("base_loss").asDouble();
        double[] gradient = new double[theta.length];
        for (int i = 0; i < theta.length; i++) {
            loss += ProximalTerm.loss(mu, theta[i], global[i]);
            gradient[i] = ProximalTerm.gradient(mu, theta[i], global[i]);
        }
        vector.assertAgrees("loss", loss, vector.expected("loss"));
        vector.assertAgrees("gradient", gradient, vector.expected("gradient"));
    }

    private static void scaffold(GoldenCase vector) {
        Federation federation = new Federation(vector);
        JsonNode rounds = vector.input("rounds");
        for (int r = 0; r < rounds.size(); r++) {
            JsonNode expected = vector.expected("rounds").get(r);
            federation.round(rounds.get(r), expected);
        }
    }

    /** Several rounds of SCAFFOLD with plain gradient steps. */
    private static final class Federation {
        private final GoldenCase vector;
        private final double learningRate;
        private final int steps;
        private final Map<Integer, double[]> own = new HashMap<>();
        private double[] global;
        private CarriedState server = CarriedState.empty();

        Federation(GoldenCase vector) {
            this.vector = vector;
            this.learningRate = vector.input("lr").asDouble();
            this.steps = vector.input("steps").asInt();
            this.global = vector.inputNumbers("global");
        }

        void round(JsonNode round, JsonNode expected) {
            int[] clients = GoldenCase.integers(round.get("clients"));
            double[] control = ScaffoldControl.control(server, global.length);
            double[][] local = new double[clients.length][];
            double[][] changes = new double[clients.length][];
            for (int a = 0; a < clients.length; a++) {
                double[] old = own.getOrDefault(clients[a], new double[global.length]);
                local[a] = train(GoldenCase.matrix(round.get("gradients").get(a)), control, old);
                double[] renewed = renewed(local[a], control, old);
                changes[a] = difference(renewed, old);
                own.put(clients[a], renewed);
                vector.assertAgrees("local", local[a], expected.get("local").get(a));
                vector.assertAgrees(
                        "client control",
                        renewed,
                        expected.get("client_control").get(a));
            }
            double[] weights = GoldenCase.numbers(round.get("effective"));
            int all = vector.input("total_clients").asInt();
            server = ScaffoldControl.next(server, new Rows(changes), weights, all);
            global = mean(local, weights);
            vector.assertAgrees(
                    "server control", ScaffoldControl.control(server, global.length), expected.get("server_control"));
            vector.assertAgrees("global", global, expected.get("global"));
        }

        private double[] train(double[][] gradients, double[] control, double[] old) {
            double[] y = global.clone();
            for (double[] gradient : gradients) {
                for (int i = 0; i < y.length; i++) {
                    y[i] = ControlVariates.corrected(
                            y[i] - learningRate * gradient[i], learningRate, control[i] - old[i]);
                }
            }
            return y;
        }

        private double[] renewed(double[] y, double[] control, double[] old) {
            double[] values = new double[y.length];
            for (int i = 0; i < y.length; i++) {
                values[i] = ControlVariates.renewed(global[i], y[i], steps * learningRate, control[i] - old[i]);
            }
            return values;
        }

        private static double[] difference(double[] left, double[] right) {
            double[] values = new double[left.length];
            for (int i = 0; i < left.length; i++) {
                values[i] = left[i] - right[i];
            }
            return values;
        }

        private static double[] mean(double[][] rows, double[] weights) {
            AdapterLayout layout = AdapterLayout.of(List.of(new TensorSpec("w", List.of(rows[0].length))));
            RuleInput input = RuleInput.of(new Rows(rows), weights, layout, GlobalValues.zero(), Draws.seeded(0));
            Aggregate aggregate =
                    AggregationRules.named("mean").combine(input).aggregate().orElseThrow();
            double[] values = new double[aggregate.width()];
            for (int i = 0; i < values.length; i++) {
                values[i] = aggregate.at(i);
            }
            return values;
        }
    }
}
