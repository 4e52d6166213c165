package io.safefedllm.strategy.round;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.ProbeScore;
import java.util.List;

/** Stands in for a probe: an update is harmful when its lora_B elements have a negative sum. */
final class SignScorer {
    private static final double THRESHOLD = 0.8;

    private SignScorer() {}

    static Screening screening() {
        return new Screening(update -> List.of(score(update)), List.of(LoraUpdate::norm));
    }

    private static ViewScore score(LoraUpdate update) {
        double sum = 0;
        for (int i = 8; i < update.layout().size(); i++) {
            sum += update.at(i);
        }
        double probability = sum < 0 ? 0.99 : 0.01;
        return new ViewScore(
                "first_b",
                update.norm(),
                sum < 0 ? 4.6 : -4.6,
                new ProbeScore(probability),
                THRESHOLD,
                probability >= THRESHOLD);
    }
}
