package io.safefedllm.probe.calibrate;

import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeScore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The scores of one view, benign ones by source in code-point order of its name. */
final class HeldOutScores {
    private final Map<String, List<Double>> benign = new TreeMap<>();
    private final List<Double> harmful = new ArrayList<>();

    void add(LabelledUpdate update, double logit) {
        if (update.harmful()) {
            harmful.add(logit);
        } else {
            benign.computeIfAbsent(update.source(), source -> new ArrayList<>()).add(logit);
        }
    }

    Map<String, double[]> benignScores() {
        return benignValues(logit -> ProbeScore.ofLogit(logit).value());
    }

    Map<String, double[]> benignLogits() {
        return benignValues(Double::doubleValue);
    }

    /** Returns the standard deviation (n - 1) of the logit over all benign updates (SF-14.1). */
    double benignDeviation() {
        double[] logits = allBenign().stream().mapToDouble(Double::doubleValue).toArray();
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
        List<Double> all = allBenign();
        return HeldOutRates.of(all.size(), reaching(all, threshold), harmful.size(), reaching(harmful, threshold));
    }

    private static int reaching(Collection<Double> logits, double threshold) {
        return (int) logits.stream()
                .filter(logit -> ProbeScore.ofLogit(logit).isMaliciousAt(threshold))
                .count();
    }

    private List<Double> allBenign() {
        return benign.values().stream().flatMap(List::stream).toList();
    }

    private Map<String, double[]> benignValues(ToDoubleFunction<Double> value) {
        Map<String, double[]> values = new TreeMap<>();
        benign.forEach((source, logits) ->
                values.put(source, logits.stream().mapToDouble(value).toArray()));
        return values;
    }
}
