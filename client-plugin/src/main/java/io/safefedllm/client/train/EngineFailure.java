package io.safefedllm.client.train;

import io.safefedllm.client.data.Batch;
import java.util.Locale;

/** Says what it means for people that the engine failed. */
final class EngineFailure {
    private EngineFailure() {}

    /** The size of a batch, which decides the memory. */
    static String describe(Batch batch) {
        return "batch of " + batch.rows() + " x " + batch.length() + " tokens";
    }

    /**
     * Returns the exception to throw.
     *
     * @param where at which work
     */
    static TrainingException of(String where, Throwable thrown) {
        if (isLackOfMemory(thrown)) {
            return new TrainingMemoryException(
                    where
                            + ": memory ran out; lower the batch size or the length, or raise the accumulation instead of the"
                            + " batch size: " + thrown.getMessage(),
                    thrown);
        }
        return new TrainingException(where + ": the engine failed: " + thrown.getMessage(), thrown);
    }

    /** The engine throws one type for everything; for memory its message says "can't allocate" or "out of memory". */
    private static boolean isLackOfMemory(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
        return thrown instanceof OutOfMemoryError
                || message.contains("allocate memory")
                || message.contains("out of memory");
    }
}
