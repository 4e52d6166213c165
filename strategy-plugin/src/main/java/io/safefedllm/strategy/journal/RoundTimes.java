package io.safefedllm.strategy.journal;

/**
 * Where the time of a round went, in nanoseconds of the caller's ticker.
 *
 * @param waitNanos sending and waiting for replies, scoring apart
 * @param scoreNanos reading, checking and scoring replies
 * @param aggregateNanos combining
 */
public record RoundTimes(long waitNanos, long scoreNanos, long aggregateNanos) {}
