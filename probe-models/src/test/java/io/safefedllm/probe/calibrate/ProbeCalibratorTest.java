package io.safefedllm.probe.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.probe.Probes;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.ProbeEngine;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.SourceQuantile;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProbeCalibratorTest {
    private static final ProbeSet PROBES = Probes.twoViews();

    private final ProbeCalibrator calibrator = new ProbeCalibrator(CalibrationMode.MAX_SOURCE, 0.1);

    @Test
    void calibrate_twoSources_keepsTheBudgetOnEach() {
        ProbeSet calibrated = calibrate(updates(30, 30, 5));

        for (int i = 0; i < calibrated.views().size(); i++) {
            ViewCard card = calibrated.card().views().get(i);
            Calibration calibration = Objects.requireNonNull(card.calibration());
            double largest = calibration.sources().stream()
                    .mapToDouble(SourceQuantile::quantile)
                    .max()
                    .orElseThrow();
            assertThat(calibrated.views().get(i).threshold()).isEqualTo(Math.nextUp((float) largest));
            assertThat(calibration.sources()).extracting(SourceQuantile::source).containsExactly("a", "b");
            assertThat(calibration.sigma0()).isPositive();
            assertThat(card.heldOut().falseAlarmRate()).isLessThanOrEqualTo(0.1);
            assertThat(card.heldOut().harmful()).isEqualTo(5);
            assertThat(card.epochs()).isEqualTo(PROBES.card().views().get(i).epochs());
        }
        assertThat(calibrated.views().get(0).probe())
                .isEqualTo(PROBES.views().get(0).probe());
    }

    @Test
    void calibrate_noHarmfulUpdate_leavesDetectionUnknown() {
        ProbeSet calibrated = calibrate(updates(30, 30, 0));

        assertThat(calibrated.card().views().get(0).heldOut().detectionRate()).isNaN();
    }

    @Test
    void calibrate_oneSourceTooSmall_isRefusedNamingViewAndSource() {
        assertThatThrownBy(() -> calibrate(updates(30, 8, 0)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageStartingWith("view first_b: source 'b' has 8 benign held-out updates");
    }

    @Test
    void calibrateCrossFitted_twentyScores_promisesFivePercentAndSaysHow() {
        ProbeCalibrator pooled = new ProbeCalibrator(CalibrationMode.POOLED, 0.05);
        List<LabelledUpdate> updates = updates(10, 10, 2);
        double[] logits = IntStream.range(0, 22).mapToDouble(row -> row - 15.0).toArray();
        Map<String, double[]> byView = Map.of("first_b", logits, "rest_b", logits);

        ProbeSet calibrated = pooled.calibrateCrossFitted(PROBES, byView, updates);

        Calibration calibration =
                Objects.requireNonNull(calibrated.card().views().get(0).calibration());
        assertThat(calibration.mode()).isEqualTo("pooled, cross-fitted");
        assertThat(calibration.alpha()).isEqualTo(0.05);
        assertThat(calibration.q0()).isEqualTo(4.0);
        assertThat(calibration.sigma0()).isCloseTo(Math.sqrt(35), within(1e-12));
        assertThat(calibrated.card().views().get(0).heldOut().detectionRate()).isEqualTo(1.0);
        assertThat(calibrated.view("rest_b").threshold())
                .isEqualTo(Math.nextUp((float) ProbeScore.ofLogit(4).value()));
    }

    @Test
    void calibrateCrossFitted_eighteenScores_cannotPromiseFivePercent() {
        ProbeCalibrator pooled = new ProbeCalibrator(CalibrationMode.POOLED, 0.05);
        Map<String, double[]> byView = Map.of("first_b", new double[18], "rest_b", new double[18]);

        assertThatThrownBy(() -> pooled.calibrateCrossFitted(PROBES, byView, updates(9, 9, 0)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("needs at least 19");
    }

    private ProbeSet calibrate(List<LabelledUpdate> updates) {
        try (ProbeEngine engine = ProbeEngine.open(PROBES, ComputeDevice.CPU)) {
            return calibrator.calibrate(PROBES, engine, updates);
        }
    }

    private static List<LabelledUpdate> updates(int benignA, int benignB, int harmful) {
        List<LabelledUpdate> updates = new ArrayList<>();
        for (int i = 0; i < benignA + benignB + harmful; i++) {
            String source = i < benignA ? "a" : i < benignA + benignB ? "b" : "h";
            updates.add(new LabelledUpdate(Probes.update(Probes.LAYOUT, i), source.equals("h"), source));
        }
        return updates;
    }
}
