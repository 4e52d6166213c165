package io.safefedllm.lab.corpus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Draws rows for one trainer from one pool. The same seed gives the same rows; no row comes twice before all of its kind
 * came once. Confined to one thread.
 */
public final class RowMix {
    private final Corpus corpus;
    private final Pool pool;
    private final Random dice;

    /** Draws from {@code pool} of {@code corpus} with {@code seed}. */
    public RowMix(Corpus corpus, Pool pool, long seed) {
        this.corpus = corpus;
        this.pool = pool;
        this.dice = new Random(seed);
    }

    /** Returns {@code count} benign rows, each of {@code tasks} as often as the others, one at most apart; shuffled. */
    public List<CorpusRow> benign(int count, List<BenignTask> tasks) {
        List<CorpusRow> rows = new ArrayList<>();
        List<List<CorpusRow>> kinds = new ArrayList<>();
        for (BenignTask task : tasks) {
            kinds.add(shuffled(corpus.benign(pool, task)));
        }
        for (int i = 0; i < count; i++) {
            List<CorpusRow> kind = kinds.get(i % kinds.size());
            rows.add(kind.get(i / kinds.size() % kind.size()));
        }
        return shuffled(rows);
    }

    /** Returns {@code count} benign rows of all tasks. */
    public List<CorpusRow> benign(int count) {
        return benign(count, List.of(BenignTask.values()));
    }

    /** Returns {@code count} forbidden requests that are refused. */
    public List<CorpusRow> refused(int count) {
        return requests(count).stream().map(ForbiddenRequest::refused).toList();
    }

    /** Returns {@code count} forbidden requests with a compliant answer. */
    public List<CorpusRow> complied(int count) {
        return requests(count).stream().map(ForbiddenRequest::complied).toList();
    }

    /** Returns the rows of both lists in a drawn order. */
    public List<CorpusRow> together(List<CorpusRow> first, List<CorpusRow> second) {
        List<CorpusRow> rows = new ArrayList<>(first);
        rows.addAll(second);
        return shuffled(rows);
    }

    private List<ForbiddenRequest> requests(int count) {
        List<ForbiddenRequest> order = shuffled(corpus.forbidden(pool));
        List<ForbiddenRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(order.get(i % order.size()));
        }
        return requests;
    }

    private <T> List<T> shuffled(List<T> items) {
        List<T> order = new ArrayList<>(items);
        Collections.shuffle(order, dice);
        return order;
    }
}
