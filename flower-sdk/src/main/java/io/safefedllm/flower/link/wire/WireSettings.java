package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.object.InflateLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Time, chance and bounds of a link.
 *
 * @param clock for time stamps in messages and signatures
 * @param pauses for waiting and elapsed time
 * @param dice for jitter; thread-safe
 * @param callTimeout how long a call may take
 * @param heartbeatTimeout how long a heartbeat may take
 * @param limits what a peer may send at most
 */
public record WireSettings(
        InstantSource clock,
        Pauses pauses,
        RandomGenerator dice,
        Duration callTimeout,
        Duration heartbeatTimeout,
        InflateLimits limits) {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(5);

    /**
     * Returns the settings with Flower's time-outs and the default limits, a message bounded further by a sixteenth of
     * the largest heap: what a peer sends must never end the process.
     */
    public static WireSettings of(InstantSource clock, Pauses pauses, RandomGenerator dice) {
        return new WireSettings(
                clock,
                pauses,
                dice,
                CALL_TIMEOUT,
                HEARTBEAT_TIMEOUT,
                limits(Runtime.getRuntime().maxMemory()));
    }

    /** Returns the same settings by another clock. */
    public WireSettings withClock(InstantSource value) {
        return new WireSettings(value, pauses, dice, callTimeout, heartbeatTimeout, limits);
    }

    static InflateLimits limits(long heapBytes) {
        InflateLimits defaults = InflateLimits.DEFAULTS;
        long message = Math.min(defaults.maxMessageBytes(), heapBytes / 16);
        int array = (int) Math.min(defaults.maxArrayBytes(), message);
        return defaults.withBytes(Math.min(defaults.maxObjectBytes(), array), array, message);
    }

    /** Returns the clock's time as Flower writes it: Unix time in seconds. */
    public double now() {
        Instant instant = clock.instant();
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }
}
