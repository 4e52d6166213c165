package io.safefedllm.strategy.journal;

/**
 * Where the time of a round went, in nanoseconds of the caller's ticker.
 *
 * @param waitNanos sending and waiting for replies, all that follows apart
 * @param readNanos reading replies and keeping them on disk, which a run without a defence does too
 * @param scoreNanos checking and scoring replies
 * @param trustNanos comparing the replies of the round, and turning scores into weights
 * @param aggregateNanos combining
 */
public record RoundTimes(long waitNanos, long readNanos, long scoreNanos, long trustNanos, long aggregateNanos) {

    /** Returns the time that only a run with a defence spends on the server: checks, scores and weights. */
    public long defenceNanos() {
        return scoreNanos + trustNanos;
    }
}
