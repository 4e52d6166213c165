package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.calibrate.CalibrationException;
import io.safefedllm.probe.calibrate.CalibrationMode;
import io.safefedllm.probe.calibrate.ConformalQuantile;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.probe.train.FitData;
import io.safefedllm.probe.train.FitResult;
import io.safefedllm.probe.train.LinearFit;
import io.safefedllm.probe.train.ProbeTrainingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The probe: its scores (SF-2), its training (SF-3) and the calibration of its threshold (SF-7.9). */
final class ProbeVectors {
    static final Map<String, VectorCheck> CHECKS = Map.of(
            "probe-score", ProbeVectors::score,
            "probe-train", ProbeVectors::train,
            "calibration", ProbeVectors::calibration);

    private static final double ONE_PERCENT = 0.01;

    private ProbeVectors() {}

    private static void score(GoldenCase vector) {
        List<Integer> sizes = Arrays.stream(GoldenCase.integers(vector.input("key_sizes")))
                .boxed()
                .toList();
        FeatureKeys keys =
                new FeatureKeys(ViewSelector.FIRST_B, 0, GoldenCase.strings(vector.input("ordered_keys")), sizes);
        LinearProbe probe =
                LinearProbe.copyOf(keys, Normalisation.L2, GoldenCase.floats(vector.input("weight")), (float)
                        vector.input("bias").asDouble());
        JsonNode deltas = vector.input("deltas");
        double[] scores = new double[deltas.size()];
        boolean[] harmful = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            ProbeScore score = probe.score(probe.extractor().extractPaperFaithful(GoldenCase.update(deltas.get(i))));
            scores[i] = score.value();
            harmful[i] = score.isMaliciousAt(vector.input("threshold").asDouble());
        }

        vector.assertAgrees("prob", scores, vector.expected("prob"));
        assertThat(harmful).isEqualTo(GoldenCase.booleans(vector.expected("harmful")));
    }

    private static void train(GoldenCase vector) {
        List<Double> losses = new ArrayList<>();
        JsonNode after = vector.expected("after_epoch");

        FitResult result = LinearFit.fit(
                ComputeDevice.CPU,
                data(vector),
                start(vector),
                plan(vector),
                epoch -> GoldenCase.integers(vector.input("orders").get(epoch)),
                (epoch, parameters, loss) -> {
                    losses.add(loss);
                    JsonNode expected = after.get(Integer.toString(epoch));
                    if (expected != null) {
                        vector.assertAgrees("epoch " + epoch, parameters, expected);
                    }
                });

        assertThat(result.epochs()).isEqualTo(vector.expected("epochs_run").asInt());
        vector.assertAgrees(
                "validation loss", losses.stream().mapToDouble(loss -> loss).toArray(), vector.expected("val_loss"));
        vector.assertAgrees("final", result.parameters(), vector.expected("final"));
    }

    private static FitData data(GoldenCase vector) {
        List<FeatureVector> features = new ArrayList<>();
        vector.input("X").forEach(row -> features.add(FeatureVector.copyOf(GoldenCase.floats(row), 1)));
        double[] labels = vector.inputNumbers("y");
        boolean[] harmful = new boolean[labels.length];
        for (int i = 0; i < harmful.length; i++) {
            harmful[i] = labels[i] == 1;
        }
        int[] permutation = GoldenCase.integers(vector.input("permutation"));
        int held = (permutation.length + 9) / 10;
        return new FitData(
                features,
                harmful,
                Arrays.copyOfRange(permutation, held, permutation.length),
                Arrays.copyOf(permutation, held));
    }

    private static float[] start(GoldenCase vector) {
        float[] weights = GoldenCase.floats(vector.input("weight0"));
        float[] start = Arrays.copyOf(weights, weights.length + 1);
        start[weights.length] = (float) vector.input("bias0").asDouble();
        return start;
    }

    private static ProbeTrainingPlan plan(GoldenCase vector) {
        return new ProbeTrainingPlan(
                vector.input("learning_rate").asDouble(),
                vector.input("weight_decay").asDouble(),
                vector.input("batch_size").asInt(),
                vector.input("orders").size(),
                vector.input("patience").asInt(),
                vector.input("min_delta").asDouble(),
                vector.input("grad_clip").asDouble(),
                0.1,
                false,
                0);
    }

    private static void calibration(GoldenCase vector) {
        Map<String, double[]> sources = new LinkedHashMap<>();
        vector.input("sources").forEach(scores -> sources.put("source" + sources.size(), GoldenCase.numbers(scores)));
        for (Map.Entry<String, JsonNode> entry : vector.expected("tau").properties()) {
            String[] modeAndAlpha = entry.getKey().split(" 1/", 2);
            double alpha = 1.0 / Integer.parseInt(modeAndAlpha[1]);
            ConformalQuantile quantile = new ConformalQuantile(CalibrationMode.named(modeAndAlpha[0]), alpha);

            assertThat(quantile.threshold(sources))
                    .as(entry.getKey())
                    .isEqualTo(entry.getValue().asDouble());
        }
        ConformalQuantile strict = new ConformalQuantile(CalibrationMode.MAX_SOURCE, ONE_PERCENT);
        for (int size : GoldenCase.integers(vector.expected("too_few_sizes"))) {
            assertThatThrownBy(() -> strict.threshold(Map.of("source", new double[size])))
                    .isInstanceOf(CalibrationException.class);
        }
    }
}
