package io.safefedllm.strategy.settings;

import java.time.Duration;

/**
 * The course of a run.
 *
 * @param rounds number of rounds, at least 1
 * @param timeout how long to wait for nodes, and for the replies of a round; positive
 * @param minReplies usable replies below which a round is skipped, at least 0
 * @param skipThreshold mean weight below which a round is skipped, in [0, 1] (SF-6.1)
 * @param sampling which nodes take part
 */
public record RoundSettings(int rounds, Duration timeout, int minReplies, double skipThreshold, Sampling sampling) {
    static final long DEFAULT_ROUNDS = 25;
    static final long DEFAULT_TIMEOUT_SECONDS = 3600;
    static final long DEFAULT_MIN_REPLIES = 1;
    static final double DEFAULT_SKIP_THRESHOLD = 0.2;
    static final long DEFAULT_SEED = 2023;
}
