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
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Continuation of prompts: groups of prompts run side by side, padded on the left, with a cache of keys and values, until
 * each has met an end token or the bound. Confined to one thread.
 */
final class TokenGenerator {
    /** Prompts that run side by side; bounds the memory of the scores of long prompts. */
    private static final int GROUP = 64;

    private final CausalLm model;
    private final int maxNewTokens;
    private final Set<Integer> endTokens;
    private final Sampling sampling;
    private final TokenListener listener;

    TokenGenerator(
            CausalLm model, int maxNewTokens, Set<Integer> endTokens, Sampling sampling, TokenListener listener) {
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("number of new tokens must be positive but was " + maxNewTokens);
        }
        this.model = model;
        this.maxNewTokens = maxNewTokens;
        this.endTokens = Set.copyOf(endTokens);
        this.sampling = sampling;
        this.listener = listener;
    }

    List<int[]> generate(Optional<PeftAdapter> adapter, List<int[]> prompts) {
        List<int[]> results = new ArrayList<>();
        SplittableRandom dice = new SplittableRandom(sampling.seed());
        for (int from = 0; from < prompts.size(); from += GROUP) {
            List<int[]> group = prompts.subList(from, Math.min(prompts.size(), from + GROUP));
            results.addAll(group(adapter, group, new Choice(from, group.size(), dice)));
        }
        return results;
    }

    private List<int[]> group(Optional<PeftAdapter> adapter, List<int[]> prompts, Choice choice) {
        for (int[] prompt : prompts) {
            if (prompt.length == 0) {
                throw new IllegalArgumentException("a prompt without a token cannot be continued");
            }
        }
        Batch batch = Batch.leftPadded(prompts, model.config().tokens().padId());
        Continuations continuations = new Continuations(prompts.size(), choice.firstPrompt);
        try (NDManager work = model.manager().newSubManager()) {
            AdapterWeights adapters = model.adapters(adapter, work);
            KeyValueCache cache =
                    new KeyValueCache(work, model.config().dimensions().layers());
            Pass pass = new Pass(work, adapters, batch, cache, choice);
            long[] ids = pass.first();
            for (int step = 0; continuations.take(ids) && step + 1 < maxNewTokens; step++) {
                ids = pass.next(step, ids);
            }
        }
        return continuations.results();
    }

    /** The model over one group. */
    private final class Pass {
        private final NDManager work;
        private final AdapterWeights adapters;
        private final Batch batch;
        private final KeyValueCache cache;
        private final Choice choice;

        Pass(NDManager work, AdapterWeights adapters, Batch batch, KeyValueCache cache, Choice choice) {
            this.work = work;
            this.adapters = adapters;
            this.batch = batch;
            this.cache = cache;
            this.choice = choice;
        }

        long[] first() {
            try (NDManager step = work.newSubManager()) {
                DecoderPass pass = DecoderPass.prompts(model.config(), step, batch, cache);
                long[] last = new long[batch.rows()];
                Arrays.setAll(last, row -> (row + 1L) * batch.length() - 1);
                NDArray wanted = step.create(last, new Shape(last.length));
                return choice.of(model.decoder().hidden(model.weights(), adapters, pass, wanted));
            }
        }

        long[] next(int done, long[] ids) {
            try (NDManager step = work.newSubManager()) {
                DecoderPass pass = DecoderPass.next(model.config(), step, batch, done, ids, cache);
                return choice.of(model.decoder().hidden(model.weights(), adapters, pass, null));
            }
        }
    }

    /** Chooses the next token of each row of a group. */
    private final class Choice {
        private final int firstPrompt;
        private final List<SplittableRandom> dice;
        private final TokenSampler sampler = new TokenSampler(sampling);

        Choice(int firstPrompt, int rows, SplittableRandom source) {
            this.firstPrompt = firstPrompt;
            this.dice = Stream.generate(source::split).limit(rows).toList();
        }

        long[] of(NDArray hidden) {
            NDArray logits = model.decoder().logits(model.weights(), hidden);
            if (sampling.isGreedy()) {
                return mostProbable(logits);
            }
            float[] scores = logits.toFloatArray();
            int width = scores.length / dice.size();
            long[] ids = new long[dice.size()];
            Arrays.setAll(ids, row -> sampler.choose(scores, row * width, width, dice.get(row)));
            return ids;
        }
    }

    /** Returns the first greatest score of each row [B, V]; what the engine calls the greatest is NaN if any score is. */
    private static long[] mostProbable(NDArray logits) {
        for (float greatest : logits.max(new int[] {1}).toFloatArray()) {
            TokenSampler.requireFinite(greatest);
        }
        return logits.argMax(1).toLongArray();
    }

    /** New tokens per row, and which rows have ended. */
    private final class Continuations {
        private final List<List<Integer>> tokens = new ArrayList<>();
        private final boolean[] ended;
        private final int firstPrompt;

        Continuations(int rows, int firstPrompt) {
            this.firstPrompt = firstPrompt;
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
                    listener.token(firstPrompt + row, id);
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
