package io.safefedllm.lab.attack;

import io.safefedllm.lab.corpus.CorpusRow;
import java.util.List;

/** What a hostile client does with its data before it trains as an honest client does. Stateless and thread-safe. */
public interface Attack {
    /** Returns the name with every parameter, as it is written in results: {@code harmful-data:ratio=0.25}. */
    String spec();

    /**
     * Returns the rows that the client trains on; the argument stays as it was.
     *
     * @param own the rows of an honest client
     * @param harmful rows with harmful answers, at least one
     * @param seed decides which rows are taken; the same seed gives the same rows
     */
    List<CorpusRow> poison(List<CorpusRow> own, List<CorpusRow> harmful, long seed);
}
