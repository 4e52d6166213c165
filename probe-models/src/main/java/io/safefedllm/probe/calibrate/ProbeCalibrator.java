package io.safefedllm.probe.calibrate;

import io.safefedllm.probe.engine.ProbeEngine;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calibrates all views of a probe set on updates that took no part in its training (SF-7.9, SF-14.1).
 *
 * <p>Benign updates set the thresholds; harmful ones, where there are any, only measure the detection rate that the card
 * then states. Updates are streamed: memory holds two numbers per update and view.
 */
public final class ProbeCalibrator {
    private final CalibrationMode mode;
    private final double alpha;
    private final ConformalQuantile quantile;

    /**
     * Fixes mode and budget.
     *
     * @param alpha share of false alarms that is allowed, in (0, 1); 0.01 by default in the product
     * @throws IllegalArgumentException if alpha is outside its range
     */
    public ProbeCalibrator(CalibrationMode mode, double alpha) {
        this(mode, alpha, 0);
    }

    /**
     * Fixes mode and budget, and asks for more updates than the budget needs.
     *
     * @param minScores how many benign updates each source must have at least, not negative
     * @throws IllegalArgumentException if a value is outside its range
     */
    public ProbeCalibrator(CalibrationMode mode, double alpha, int minScores) {
        this.mode = mode;
        this.alpha = alpha;
        this.quantile = new ConformalQuantile(mode, alpha, minScores);
    }

    /** Returns how many benign updates each source (all sources together when pooled) must have at least. */
    public int minScores() {
        return quantile.minScores();
    }

    /**
     * Returns the probes with calibrated thresholds and a card that says how they came about. Second opinions are calibrated
     * in the same way; all layers share one threshold, that of the largest per-layer score.
     *
     * @param engine scores with the parameters of {@code probes}; stays open
     * @throws CalibrationException if a source has too few benign updates, or a quantile leaves no threshold below 1
     * @throws IllegalArgumentException if an update does not fit the probes
     */
    public ProbeSet calibrate(ProbeSet probes, ProbeEngine engine, Iterable<LabelledUpdate> updates) {
        List<String> names =
                new ArrayList<>(probes.views().stream().map(ProbeView::name).toList());
        names.addAll(probes.opinions().names());
        Map<String, HeldOutScores> scores = new LinkedHashMap<>();
        names.forEach(name -> scores.put(name, new HeldOutScores()));
        for (LabelledUpdate update : updates) {
            List<ViewScore> given = new ArrayList<>(engine.score(update.update()));
            given.addAll(engine.secondOpinions(update.update()));
            int at = 0;
            for (HeldOutScores held : scores.values()) {
                held.add(update, given.get(at));
                at++;
            }
        }
        Map<String, Double> thresholds = new LinkedHashMap<>();
        List<ViewCard> cards = new ArrayList<>();
        scores.forEach((name, held) -> {
            double threshold = threshold(name, held);
            thresholds.put(name, threshold);
            cards.add(card(probes, name, held, threshold));
        });
        List<ProbeView> views = probes.views().stream()
                .map(view -> view.withThreshold(thresholds.getOrDefault(view.name(), view.threshold())))
                .toList();
        return probes.with(views, probes.card().withViews(cards))
                .with(probes.opinions().withThresholds(thresholds));
    }

    private double threshold(String view, HeldOutScores scores) {
        try {
            return quantile.threshold(scores.benignScores());
        } catch (CalibrationException e) {
            throw new CalibrationException("view " + view + ": " + e.getMessage());
        }
    }

    private ViewCard card(ProbeSet probes, String view, HeldOutScores scores, double threshold) {
        Map<String, ViewCard> trained = new LinkedHashMap<>();
        probes.card().views().forEach(card -> trained.put(card.view(), card));
        ViewCard old = trained.getOrDefault(view, new ViewCard(view, 0, Double.NaN, HeldOutRates.of(0, 0, 0, 0), null));
        Calibration calibration = new Calibration(
                mode.key(),
                alpha,
                quantile.quantiles(scores.benignScores()),
                scores.benignDeviation(),
                quantile.largest(scores.benignLogits()));
        return new ViewCard(view, old.epochs(), old.validationLoss(), scores.ratesAt(threshold), calibration);
    }
}
