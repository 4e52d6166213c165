package io.safefedllm.flower.app;

import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.wire.Pauses;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a run or a node alive: a heartbeat at once, then one every 17.5 to 22.5 seconds, on a thread of their own.
 *
 * <p>After trouble of any kind the next one comes after two seconds. Ends by itself when the platform no longer knows the
 * claim, refuses who asks, or has accepted none for longer than it waits; then {@code onLost} is called once, on the
 * heartbeat thread, with the last failure if there was one.
 */
final class Heartbeats implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

    private static final double INTERVAL_SECONDS = 25;
    private static final double SHORTEST = 0.7;
    private static final double LONGEST = 0.9;
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final BooleanSupplier heartbeat;
    private final Duration patience;
    private final Consumer<Optional<TransportException>> onLost;
    private final Pauses pauses;
    private final RandomGenerator dice;
    private final Thread thread = new Thread(this::loop, "flower-heartbeat");
    private long lastSuccessNanos;
    private Optional<TransportException> lastFailure = Optional.empty();
    private volatile boolean closed;

    /**
     * Prepares heartbeats; {@link #start()} begins them.
     *
     * @param heartbeat sends one; false if the platform does not know the sender
     * @param patience how long the platform waits for the next one
     */
    Heartbeats(
            BooleanSupplier heartbeat,
            Duration patience,
            Consumer<Optional<TransportException>> onLost,
            Pauses pauses,
            RandomGenerator dice) {
        this.heartbeat = heartbeat;
        this.patience = patience;
        this.onLost = onLost;
        this.pauses = pauses;
        this.dice = dice;
        this.lastSuccessNanos = pauses.nanoTime();
        thread.setDaemon(true);
    }

    Heartbeats start() {
        thread.start();
        return this;
    }

    /** Sends one heartbeat; returns when to send the next one, or nothing if the sender is lost. */
    Optional<Duration> beat() {
        try {
            boolean known = heartbeat.getAsBoolean();
            lastFailure = Optional.empty();
            if (!known) {
                return Optional.empty();
            }
            lastSuccessNanos = pauses.nanoTime();
            double seconds = INTERVAL_SECONDS * dice.nextDouble(SHORTEST, LONGEST);
            return Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
        } catch (TransportException e) {
            if (closed) {
                return Optional.empty();
            }
            lastFailure = Optional.of(e);
            LOG.warn("A heartbeat failed: {}", e.getMessage());
            boolean refused = e.status() == Status.UNAUTHENTICATED
                    || e.status() == Status.PERMISSION_DENIED
                    || e.status() == Status.CLOCK;
            boolean patient = pauses.nanoTime() - lastSuccessNanos < patience.toNanos();
            return !refused && patient ? Optional.of(AFTER_TROUBLE) : Optional.empty();
        }
    }

    /** Ends the heartbeats and waits until none is under way; does not call {@code onLost}. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(LONGEST_END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try {
            Optional<Duration> next = beat();
            while (next.isPresent() && !closed) {
                pauses.pause(next.get());
                next = beat();
            }
            if (!closed) {
                onLost.accept(lastFailure);
            }
        } catch (InterruptedException e) {
            LOG.debug("Heartbeats ended");
        }
    }
}
