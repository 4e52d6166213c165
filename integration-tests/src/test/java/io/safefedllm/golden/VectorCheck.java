package io.safefedllm.golden;

/** Computes what one golden file expects and compares. */
@FunctionalInterface
interface VectorCheck {
    /** Fails unless the program's values agree with {@code vector}. */
    void check(GoldenCase vector) throws Exception;
}
