package io.safefedllm.flower.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that advances by one millisecond whenever it is read, so that no two messages bear the same time.
 *
 * <p>Thread-safe.
 */
final class SteppingClock implements InstantSource {

    private static final Duration STEP = Duration.ofMillis(1);

    private Instant latest;

    SteppingClock(Instant start) {
        this.latest = start;
    }

    @Override
    public synchronized Instant instant() {
        latest = latest.plus(STEP);
        return latest;
    }

    /** Returns the instant that was read last, without advancing. */
    synchronized Instant latest() {
        return latest;
    }
}
