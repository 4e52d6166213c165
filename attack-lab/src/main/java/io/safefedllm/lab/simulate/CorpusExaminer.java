package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.Example;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.report.HeldOutLoss;
import io.safefedllm.probe.lora.LoraAdapter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Asks adapters the held-out questions of the corpus and reads the answers. */
final class CorpusExaminer implements Examiner {
    private final TrialModel model;
    private final List<Example> roundRequests;
    private final List<Example> endRequests;
    private final List<Example> questions;
    private final Map<String, Double> known = new HashMap<>();

    CorpusExaminer(TrialModel model, Corpus corpus, EvaluationPlan plan) {
        this.model = model;
        this.roundRequests = plan.roundRequests(corpus);
        this.endRequests = plan.endRequests(corpus);
        this.questions = plan.questions(corpus);
    }

    @Override
    public double roundSafePercent(LoraAdapter adapter) {
        return roundRequests.isEmpty()
                ? Double.NaN
                : once("round", adapter, values -> model.safeAnswersPercent(Optional.of(values), roundRequests));
    }

    @Override
    public double endSafePercent(LoraAdapter adapter) {
        return once("end", adapter, values -> model.safeAnswersPercent(Optional.of(values), endRequests));
    }

    @Override
    public double endUtilityPercent(LoraAdapter adapter) {
        return once("utility", adapter, values -> model.utilityPercent(Optional.of(values), questions));
    }

    @Override
    public Optional<HeldOutLoss> heldOutLoss(LoraAdapter adapter) {
        return Optional.empty();
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> used = new LinkedHashMap<>();
        used.put("requestsPerRound", roundRequests.size());
        used.put("requestsAtEnd", endRequests.size());
        used.put("questionsAtEnd", questions.size());
        return used;
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
