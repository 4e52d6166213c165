package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.safefedllm.client.data.Batch;
import io.safefedllm.probe.store.PeftAdapter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Greedy continuation of prompts: groups of prompts run side by side, padded on the left, with a cache of keys and
 * values, until each has met an end token or the bound. Confined to one thread.
 */
final class GreedyGenerator {
    /** Prompts that run side by side; bounds the memory of the scores of long prompts. */
    private static final int GROUP = 64;

    private final CausalLm model;
    private final int maxNewTokens;
    private final Set<Integer> endTokens;

    GreedyGenerator(CausalLm model, int maxNewTokens, Set<Integer> endTokens) {
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("number of new tokens must be positive but was " + maxNewTokens);
        }
        this.model = model;
        this.maxNewTokens = maxNewTokens;
        this.endTokens = Set.copyOf(endTokens);
    }

    List<int[]> generate(Optional<PeftAdapter> adapter, List<int[]> prompts) {
        List<int[]> results = new ArrayList<>();
        for (int from = 0; from < prompts.size(); from += GROUP) {
            results.addAll(group(adapter, prompts.subList(from, Math.min(prompts.size(), from + GROUP))));
        }
        return results;
    }

    private List<int[]> group(Optional<PeftAdapter> adapter, List<int[]> prompts) {
        for (int[] prompt : prompts) {
            if (prompt.length == 0) {
                throw new IllegalArgumentException("a prompt without a token cannot be continued");
            }
        }
        Batch batch = Batch.leftPadded(prompts, model.config().tokens().padId());
        Continuations continuations = new Continuations(prompts.size());
        try (NDManager work = model.manager().newSubManager()) {
            AdapterWeights adapters = model.adapters(adapter, work);
            KeyValueCache cache =
                    new KeyValueCache(work, model.config().dimensions().layers());
            long[] ids = first(work, adapters, batch, cache);
            for (int step = 0; continuations.take(ids) && step + 1 < maxNewTokens; step++) {
                ids = next(work, adapters, batch, step, ids, cache);
            }
        }
        return continuations.results();
    }

    private long[] first(NDManager work, AdapterWeights adapters, Batch batch, KeyValueCache cache) {
        try (NDManager step = work.newSubManager()) {
            DecoderPass pass = DecoderPass.prompts(model.config(), step, batch, cache);
            long[] last = new long[batch.rows()];
            Arrays.setAll(last, row -> (row + 1L) * batch.length() - 1);
            NDArray wanted = step.create(last, new Shape(last.length));
            return best(model.decoder().hidden(model.weights(), adapters, pass, wanted));
        }
    }

    private long[] next(
            NDManager work, AdapterWeights adapters, Batch batch, int done, long[] ids, KeyValueCache cache) {
        try (NDManager step = work.newSubManager()) {
            DecoderPass pass = DecoderPass.next(model.config(), step, batch, done, ids, cache);
            return best(model.decoder().hidden(model.weights(), adapters, pass, null));
        }
    }

    private long[] best(NDArray hidden) {
        return model.decoder().logits(model.weights(), hidden).argMax(1).toLongArray();
    }

    /** New tokens per row, and which rows have ended. */
    private final class Continuations {
        private final List<List<Integer>> tokens = new ArrayList<>();
        private final boolean[] ended;

        Continuations(int rows) {
            this.ended = new boolean[rows];
            for (int i = 0; i < rows; i++) {
                tokens.add(new ArrayList<>());
            }
        }

        /** Adds one token to each row that has not ended; returns whether any goes on. */
        boolean take(long[] ids) {
            boolean goesOn = false;
            for (int row = 0; row < ended.length; row++) {
                int id = Math.toIntExact(ids[row]);
                ended[row] = ended[row] || endTokens.contains(id);
                if (!ended[row]) {
                    tokens.get(row).add(id);
                    goesOn = true;
                }
            }
            return goesOn;
        }

        List<int[]> results() {
            return tokens.stream()
                    .map(row -> row.stream().mapToInt(Integer::intValue).toArray())
                    .toList();
        }
    }
}
