package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.TransportException;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides whether a failed call is made again, and how long to wait at most before.
 *
 * <p>Pure. A call is repeated after connection trouble only, never after a refusal, an internal error or a TLS failure; one
 * of kind {@link CallKind#ONCE} only if it did not leave; a heartbeat never. The wait doubles from one second to twenty;
 * callers draw from zero to it.
 *
 * @param budget how long after its first attempt a call may still be repeated
 */
public record RetryPolicy(Duration budget) {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final int DOUBLINGS = 5;

    public RetryPolicy {
        if (budget.isNegative()) {
            throw new IllegalArgumentException("the budget for retries must not be negative but was " + budget);
        }
    }

    /**
     * Returns the longest wait before the next attempt, or nothing if there is to be none.
     *
     * @param attempt the number of the attempt that failed, from 1
     * @param elapsed time since the first attempt began
     */
    public Optional<Duration> longestWait(CallKind kind, TransportException failure, int attempt, Duration elapsed) {
        if (!mayRepeat(kind, failure) || elapsed.compareTo(budget) >= 0) {
            return Optional.empty();
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(attempt - 1, DOUBLINGS));
        return Optional.of(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST);
    }

    private static boolean mayRepeat(CallKind kind, TransportException failure) {
        return failure.isConnectionTrouble()
                && switch (kind) {
                    case REPEATABLE -> true;
                    case ONCE -> !failure.wasSent();
                    case HEARTBEAT -> false;
                };
    }
}
