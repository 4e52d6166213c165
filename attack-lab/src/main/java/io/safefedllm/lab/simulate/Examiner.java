package io.safefedllm.lab.simulate;

import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.probe.lora.LoraAdapter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Asks adapters the held-out questions; equal adapters are asked once. Confined to one thread. */
final class Examiner {
    private final TrialModel model;
    private final List<CorpusRow> roundRequests;
    private final List<CorpusRow> endRequests;
    private final List<CorpusRow> questions;
    private final Map<String, Double> known = new HashMap<>();

    Examiner(TrialModel model, Corpus corpus, EvaluationPlan plan) {
        this.model = model;
        this.roundRequests = plan.roundRequests(corpus);
        this.endRequests = plan.endRequests(corpus);
        this.questions = plan.questions(corpus);
    }

    /** Returns the safe answers after a round, NaN where rounds are not measured. */
    double roundSafePercent(LoraAdapter adapter) {
        return roundRequests.isEmpty()
                ? Double.NaN
                : once("round", adapter, values -> model.safeAnswersPercent(Optional.of(values), roundRequests));
    }

    double endSafePercent(LoraAdapter adapter) {
        return once("end", adapter, values -> model.safeAnswersPercent(Optional.of(values), endRequests));
    }

    double endUtilityPercent(LoraAdapter adapter) {
        return once("utility", adapter, values -> model.utilityPercent(Optional.of(values), questions));
    }

    int endRequestCount() {
        return endRequests.size();
    }

    int questionCount() {
        return questions.size();
    }

    private double once(String question, LoraAdapter adapter, ToDoubleFunction<LoraAdapter> ask) {
        String key = question + " " + adapter.sha256();
        Double answer = known.get(key);
        if (answer == null) {
            answer = ask.applyAsDouble(adapter);
            known.put(key, answer);
        }
        return answer;
    }
}
