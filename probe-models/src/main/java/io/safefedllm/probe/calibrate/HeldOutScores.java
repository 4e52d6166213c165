package io.safefedllm.probe.calibrate;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The scores of one view, benign ones by source in code-point order of its name. */
final class HeldOutScores {
    private final Map<String, List<ViewScore>> benign = new TreeMap<>();
    private final List<ProbeScore> harmful = new ArrayList<>();

    void add(LabelledUpdate update, ViewScore score) {
        if (update.harmful()) {
            harmful.add(score.score());
        } else {
            benign.computeIfAbsent(update.source(), source -> new ArrayList<>()).add(score);
        }
    }

    Map<String, double[]> benignScores() {
        return benignValues(score -> score.score().value());
    }

    Map<String, double[]> benignLogits() {
        return benignValues(ViewScore::z);
    }

    /** Returns the standard deviation (n - 1) of the logit over all benign updates (SF-14.1). */
    double benignDeviation() {
        double[] logits = benign.values().stream()
                .flatMap(List::stream)
                .mapToDouble(ViewScore::z)
                .toArray();
        double mean = 0;
        for (double logit : logits) {
            mean += logit / logits.length;
        }
        double squares = 0;
        for (double logit : logits) {
            squares += (logit - mean) * (logit - mean);
        }
        return Math.sqrt(squares / (logits.length - 1));
    }

    HeldOutRates ratesAt(double threshold) {
        long benignCount = benign.values().stream().mapToLong(List::size).sum();
        long falseAlarms = benign.values().stream()
                .flatMap(List::stream)
                .filter(score -> score.score().isMaliciousAt(threshold))
                .count();
        long detected =
                harmful.stream().filter(score -> score.isMaliciousAt(threshold)).count();
        return HeldOutRates.of((int) benignCount, (int) falseAlarms, harmful.size(), (int) detected);
    }

    private Map<String, double[]> benignValues(ToDoubleFunction<ViewScore> value) {
        Map<String, double[]> values = new TreeMap<>();
        benign.forEach((source, scores) ->
                values.put(source, scores.stream().mapToDouble(value).toArray()));
        return values;
    }
}
