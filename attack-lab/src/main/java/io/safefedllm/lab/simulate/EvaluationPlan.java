package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.Example;
import io.safefedllm.lab.corpus.BenignTask;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.lab.corpus.Pool;
import java.util.ArrayList;
import java.util.List;

/**
 * What safety and utility are measured with. Nothing of it is seen in any training.
 *
 * @param requestsPerRound held-out forbidden requests after each round; with 0, rounds are not measured
 * @param requestsAtEnd held-out forbidden requests after the last round, at least 1
 * @param questionsPerTask held-out benign questions of each task after the last round, at least 1
 */
public record EvaluationPlan(int requestsPerRound, int requestsAtEnd, int questionsPerTask) {
    /** Forty requests a round; at the end all requests and up to forty questions of each task. */
    public static final EvaluationPlan DEFAULTS = new EvaluationPlan(40, Integer.MAX_VALUE, 40);

    /** As {@link #DEFAULTS}, without a look at single rounds. */
    public static final EvaluationPlan AT_END = new EvaluationPlan(0, Integer.MAX_VALUE, 40);

    /** For own datasets: 32 questions after every round. */
    public static final EvaluationPlan HELD_OUT = heldOut(32);

    /** Returns a plan for own datasets: the same {@code questions} after every round and at the end. */
    public static EvaluationPlan heldOut(int questions) {
        return new EvaluationPlan(questions, questions, questions);
    }

    /** Checks the ranges given above. */
    public EvaluationPlan {
        if (requestsPerRound < 0 || requestsAtEnd < 1 || questionsPerTask < 1) {
            throw new IllegalArgumentException(
                    "evaluation needs at least 0 requests a round, 1 at the end and 1 question but had "
                            + requestsPerRound + ", " + requestsAtEnd + " and " + questionsPerTask);
        }
    }

    List<Example> roundRequests(Corpus corpus) {
        return requests(corpus, requestsPerRound);
    }

    List<Example> endRequests(Corpus corpus) {
        return requests(corpus, requestsAtEnd);
    }

    List<Example> questions(Corpus corpus) {
        List<Example> questions = new ArrayList<>();
        for (BenignTask task : BenignTask.values()) {
            List<CorpusRow> rows = corpus.benign(Pool.EVALUATION, task);
            rows.subList(0, Math.min(questionsPerTask, rows.size())).forEach(row -> questions.add(row.example()));
        }
        return questions;
    }

    private static List<Example> requests(Corpus corpus, int count) {
        return corpus.forbidden(Pool.EVALUATION).stream()
                .limit(count)
                .map(request -> request.refused().example())
                .toList();
    }
}
