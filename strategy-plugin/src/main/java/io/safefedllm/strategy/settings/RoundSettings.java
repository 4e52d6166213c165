package io.safefedllm.strategy.settings;

import java.time.Duration;

/**
 * The course of a run.
 *
 * @param rounds number of rounds, at least 1
 * @param timeout how long to wait for nodes, and for the replies of a round; positive
 * @param minReplies usable replies below which a round is skipped, at least 0
 * @param skip when a round is skipped for lack of trust
 * @param sampling which nodes take part
 * @param seed seed of everything that the server draws
 */
public record RoundSettings(
        int rounds, Duration timeout, int minReplies, SkipSettings skip, Sampling sampling, long seed) {
    static final long DEFAULT_ROUNDS = 25;
    static final long DEFAULT_TIMEOUT_SECONDS = 3600;
    static final long DEFAULT_MIN_REPLIES = 1;
    static final double DEFAULT_SKIP_THRESHOLD = 0.2;
    static final long DEFAULT_SEED = 2023;
}
