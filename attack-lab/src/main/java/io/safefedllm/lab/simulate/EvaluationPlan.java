package io.safefedllm.lab.simulate;

import io.safefedllm.lab.corpus.BenignTask;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.lab.corpus.ForbiddenRequest;
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

    /** Checks the ranges given above. */
    public EvaluationPlan {
        if (requestsPerRound < 0 || requestsAtEnd < 1 || questionsPerTask < 1) {
            throw new IllegalArgumentException(
                    "evaluation needs at least 0 requests a round, 1 at the end and 1 question but had "
                            + requestsPerRound + ", " + requestsAtEnd + " and " + questionsPerTask);
        }
    }

    List<CorpusRow> roundRequests(Corpus corpus) {
        return requests(corpus, requestsPerRound);
    }

    List<CorpusRow> endRequests(Corpus corpus) {
        return requests(corpus, requestsAtEnd);
    }

    List<CorpusRow> questions(Corpus corpus) {
        List<CorpusRow> questions = new ArrayList<>();
        for (BenignTask task : BenignTask.values()) {
            List<CorpusRow> rows = corpus.benign(Pool.EVALUATION, task);
            questions.addAll(rows.subList(0, Math.min(questionsPerTask, rows.size())));
        }
        return questions;
    }

    private static List<CorpusRow> requests(Corpus corpus, int count) {
        return corpus.forbidden(Pool.EVALUATION).stream()
                .limit(count)
                .map(ForbiddenRequest::refused)
                .toList();
    }
}
