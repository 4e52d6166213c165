package io.safefedllm.flower.link.wire;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * The span of time in which a SuperLink takes a signature, and what it tells about two clocks.
 *
 * <p>A signed time may be up to 305 seconds old and 5 seconds early by the SuperLink's clock (PROTOCOL 9). A server that gives no time may
 * therefore be asked with shifted times: the latest that it takes is 5 seconds ahead of its clock.
 */
public final class SignatureWindow {

    private static final long EARLIEST = 5;
    private static final long OLDEST = 305;

    /** Neighbouring questions overlap, so that none of the window's places is missed. */
    private static final long STEP = 300;

    /** Two hours in both directions. */
    private static final long STEPS = 24;

    private static final Duration ABSURD = Duration.ofDays(-400);

    private SignatureWindow() {}

    /** Returns whether signatures made here are too early or too old for a clock that this one is ahead of. */
    public static boolean isMissedWith(Duration clockLead) {
        return clockLead.toSeconds() >= EARLIEST || clockLead.toSeconds() <= -OLDEST;
    }

    /**
     * Finds how far the clock here is ahead of the server's, to a second.
     *
     * @param accepts says whether the server takes a signature whose time is shifted by so much; asked up to 59 times
     * @return nothing if no shift within two hours is taken, or any
     */
    public static Optional<Duration> clockLead(Predicate<Duration> accepts) {
        if (accepts.test(ABSURD)) {
            return Optional.empty();
        }
        return LongStream.rangeClosed(0, 2 * STEPS)
                .map(SignatureWindow::outwards)
                .filter(shift -> accepts.test(Duration.ofSeconds(shift)))
                .boxed()
                .findFirst()
                .map(shift -> Duration.ofSeconds(EARLIEST - latest(shift, accepts)));
    }

    /** Returns 0, 300, -300, 600 … seconds before the middle of the window. */
    private static long outwards(long number) {
        long distance = (number + 1) / 2 * STEP;
        return (number % 2 == 0 ? -distance : distance) - STEP / 2;
    }

    /** Halves the span between a shift that is taken and one that cannot be, down to a second. */
    private static long latest(long taken, Predicate<Duration> accepts) {
        long low = taken;
        long high = taken + EARLIEST + OLDEST;
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (accepts.test(Duration.ofSeconds(middle))) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
