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
                held.add(update, given.get(at).z());
                at++;
            }
        }
        return calibrated(probes, scores, mode.key());
    }

    /**
     * Calibrates on the updates that the views were trained on, where there are too few to set some apart: each is judged by a probe that has
     * not seen it ({@code ProbeTrainer.heldOutLogits}). The card says so. The scores are those of sisters of the probes, not of the probes
     * themselves, so the budget holds as far as one update more or less moves a probe little.
     *
     * @param probes without second opinions, which have no such scores
     * @param logits one logit for each update in their order, by the name of the view
     * @throws CalibrationException as {@link #calibrate}
     * @throws IllegalArgumentException if {@code probes} has second opinions, or a view has no logits
     */
    public ProbeSet calibrateCrossFitted(
            ProbeSet probes, Map<String, double[]> logits, Iterable<LabelledUpdate> updates) {
        if (!probes.opinions().names().isEmpty()) {
            throw new IllegalArgumentException("second opinions cannot be calibrated by cross-fitting");
        }
        Map<String, HeldOutScores> scores = new LinkedHashMap<>();
        for (ProbeView view : probes.views()) {
            double[] given = logits.get(view.name());
            if (given == null) {
                throw new IllegalArgumentException("view '" + view.name() + "' has no held-out logits");
            }
            HeldOutScores held = new HeldOutScores();
            int row = 0;
            for (LabelledUpdate update : updates) {
                held.add(update, given[row]);
                row++;
            }
            scores.put(view.name(), held);
        }
        return calibrated(probes, scores, mode.key() + ", cross-fitted");
    }

    private ProbeSet calibrated(ProbeSet probes, Map<String, HeldOutScores> scores, String how) {
        Map<String, Double> thresholds = new LinkedHashMap<>();
        List<ViewCard> cards = new ArrayList<>();
        scores.forEach((name, held) -> {
            double threshold = threshold(name, held);
            thresholds.put(name, threshold);
            cards.add(new ViewCard(
                    name,
                    trained(probes, name).epochs(),
                    trained(probes, name).validationLoss(),
                    held.ratesAt(threshold),
                    calibration(held, how)));
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

    private static ViewCard trained(ProbeSet probes, String view) {
        return probes.card().views().stream()
                .filter(card -> card.view().equals(view))
                .findFirst()
                .orElseGet(() -> new ViewCard(view, 0, Double.NaN, HeldOutRates.of(0, 0, 0, 0), null));
    }

    private Calibration calibration(HeldOutScores scores, String how) {
        return new Calibration(
                how,
                alpha,
                quantile.quantiles(scores.benignScores()),
                scores.benignDeviation(),
                quantile.largest(scores.benignLogits()));
    }
}
