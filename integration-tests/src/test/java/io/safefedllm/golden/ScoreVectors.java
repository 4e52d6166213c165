package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.probe.model.ProbeScore;
import java.util.Map;

/** Scores against thresholds (SF-2.2, SF-7.3b). */
final class ScoreVectors {
    static final Map<String, VectorCheck> CHECKS =
            Map.of("threshold-edge", ScoreVectors::thresholdEdge, "view-scale", ScoreVectors::viewScale);

    private ScoreVectors() {}

    private static void thresholdEdge(GoldenCase vector) {
        double threshold = vector.input("threshold").asDouble();

        assertThat(harmful(vector.inputNumbers("prob"), threshold))
                .isEqualTo(GoldenCase.booleans(vector.expected("harmful")));
    }

    private static void viewScale(GoldenCase vector) {
        double[] scores = vector.inputNumbers("scores");
        double[] thresholds = vector.inputNumbers("thresholds");
        for (int row = 0; row < thresholds.length; row++) {
            double[] scaled = new double[scores.length];
            for (int i = 0; i < scores.length; i++) {
                scaled[i] = new ProbeScore(scores[i]).scaledFor(thresholds[row]);
            }
            vector.assertAgrees("scaled", scaled, vector.expected("scaled").get(row));
            assertThat(harmful(scores, thresholds[row]))
                    .isEqualTo(GoldenCase.booleans(vector.expected("harmful").get(row)));
        }
    }

    private static boolean[] harmful(double[] scores, double threshold) {
        boolean[] harmful = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            harmful[i] = new ProbeScore(scores[i]).isMaliciousAt(threshold);
        }
        return harmful;
    }
}
