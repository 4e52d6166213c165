package io.safefedllm.strategy.evidence;

import io.safefedllm.probe.calibrate.CalibrationMode;
import io.safefedllm.probe.calibrate.ConformalQuantile;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.exchange.ServerRound;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Places the threshold of a round by the server's own updates (SF-14.4): the conformal quantile of the benign canaries'
 * logits (SF-7.9 on z) at the false-alarm budget alpha. It moves with the adapter and does not depend on the clients, so
 * neither drift nor a hostile majority shifts it.
 *
 * <p>Fewer than ceil(1 / alpha) - 1 benign canaries cannot keep the budget; the largest of their logits is then taken, with
 * which a benign client is above the threshold with probability of at most 1 / (canaries + 1).
 */
public final class CanaryGauge {
    private final Canary canary;
    private final UpdateScorer scorer;
    private final String view;
    private final ConformalQuantile quantile;

    /**
     * Makes a gauge.
     *
     * @param view name of the view whose logit counts
     * @param alpha share of false alarms that is allowed, in (0, 1)
     * @throws IllegalArgumentException if alpha is outside its range
     */
    public CanaryGauge(Canary canary, UpdateScorer scorer, String view, double alpha) {
        this.canary = canary;
        this.scorer = scorer;
        this.view = view;
        this.quantile = new ConformalQuantile(CalibrationMode.POOLED, alpha);
    }

    /**
     * Trains the canaries of a round and reads the threshold off them. Expensive: as many trainings as there are canaries.
     *
     * @throws IllegalArgumentException if the scorer has no such view
     */
    public CanaryReading read(ServerRound round, LoraAdapter global) {
        Canary.Updates updates = canary.train(round, global);
        double threshold = threshold(logits(updates.benign()));
        double[] harmful = logits(updates.harmful());
        int detected = (int) Arrays.stream(harmful).filter(z -> z > threshold).count();
        return new CanaryReading(threshold, updates.benign().size(), harmful.length, detected);
    }

    private double threshold(double[] benign) {
        if (benign.length < quantile.minScores()) {
            return Arrays.stream(benign).max().orElseThrow();
        }
        return quantile.largest(Map.of("canary", benign));
    }

    private double[] logits(List<LoraUpdate> updates) {
        return updates.stream().mapToDouble(this::logit).toArray();
    }

    private double logit(LoraUpdate update) {
        return scorer.score(update).stream()
                .filter(score -> score.view().equals(view))
                .mapToDouble(ViewScore::z)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the probe has no view '" + view + "' to read canaries with; configure it"));
    }
}
