package io.safefedllm.client.data;

/** Gives batches for as long as they are asked for. Confined to one thread. */
@FunctionalInterface
public interface BatchSource {
    /** The next batch; it must have a label. */
    Batch next();

    /** Rows of a dataset in a seeded order, see {@link RowSampler}. */
    static BatchSource shuffled(TokenizedDataset rows, int batchSize, long seed) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch size must be positive but was " + batchSize);
        }
        RowSampler sampler = new RowSampler(seed, rows.size());
        return () -> rows.batch(sampler.next(batchSize));
    }
}
