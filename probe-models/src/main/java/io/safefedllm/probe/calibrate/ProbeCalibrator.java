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
        this.mode = mode;
        this.alpha = alpha;
        this.quantile = new ConformalQuantile(mode, alpha);
    }

    /** Returns how many benign updates each source (all sources together when pooled) must have at least. */
    public int minScores() {
        return quantile.minScores();
    }

    /**
     * Returns the probes with calibrated thresholds and a card that says how they came about.
     *
     * @param engine scores with the parameters of {@code probes}; stays open
     * @throws CalibrationException if a source has too few benign updates, or a quantile leaves no threshold below 1
     * @throws IllegalArgumentException if an update does not fit the probes
     */
    public ProbeSet calibrate(ProbeSet probes, ProbeEngine engine, Iterable<LabelledUpdate> updates) {
        List<HeldOutScores> scores = new ArrayList<>();
        probes.views().forEach(view -> scores.add(new HeldOutScores()));
        for (LabelledUpdate update : updates) {
            List<ViewScore> viewScores = engine.score(update.update());
            for (int view = 0; view < scores.size(); view++) {
                scores.get(view).add(update, viewScores.get(view));
            }
        }
        List<ProbeView> views = new ArrayList<>();
        List<ViewCard> cards = new ArrayList<>();
        for (int i = 0; i < scores.size(); i++) {
            ProbeView view = probes.views().get(i);
            double threshold = threshold(view, scores.get(i));
            views.add(view.withThreshold(threshold));
            cards.add(card(probes, view.name(), scores.get(i), threshold));
        }
        return probes.with(views, probes.card().withViews(cards));
    }

    private double threshold(ProbeView view, HeldOutScores scores) {
        try {
            return quantile.threshold(scores.benignScores());
        } catch (CalibrationException e) {
            throw new CalibrationException("view " + view.name() + ": " + e.getMessage());
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
