package io.safefedllm.client.train;

/**
 * How several micro batches make one step.
 *
 * @param microBatches how many, at least 1
 * @param average what the step's loss is the mean of
 */
public record Accumulation(int microBatches, Average average) {
    /** One batch a step. */
    public static final Accumulation NONE = new Accumulation(1, Average.BATCHES);

    /** What a loss over several micro batches is the mean of. */
    public enum Average {
        /** Of the micro batches' mean losses, whatever their numbers of trained tokens. */
        BATCHES,
        /** Of the losses of all trained tokens of the step, as Hugging Face's Trainer has it since 4.46. */
        TOKENS
    }

    /** Checks the range given above. */
    public Accumulation {
        if (microBatches < 1) {
            throw new IllegalArgumentException("accumulation must be at least 1 but was " + microBatches);
        }
    }

    /** Returns what a micro batch with that many trained tokens counts; only the ratios matter. */
    double weight(int trainedTokens) {
        return average == Average.TOKENS ? trainedTokens : 1;
    }
}
