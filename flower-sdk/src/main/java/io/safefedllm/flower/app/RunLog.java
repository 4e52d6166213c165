package io.safefedllm.flower.app;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.LogLevel;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.wire.Pauses;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a run's log lines in order, at most five times a second, from a thread of its own; thread-safe.
 *
 * <p>A platform that does not take log lines does not harm the run: they are dropped with a warning here.
 */
final class RunLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);
    private static final Duration BETWEEN_PUSHES = Duration.ofMillis(200);

    private final ClaimedRun run;
    private final Pauses pauses;
    private final Object pushing = new Object();
    private final Thread thread = new Thread(this::loop, "flower-log");
    private final StringBuilder waiting = new StringBuilder();
    private volatile boolean closed;

    RunLog(ClaimedRun run, Pauses pauses) {
        this.run = run;
        this.pauses = pauses;
        thread.setDaemon(true);
        thread.start();
    }

    void log(LogLevel level, String text) {
        synchronized (waiting) {
            waiting.append(FlowerLog.line(level, text));
        }
    }

    /** Sends what waits and ends; lines logged later are lost. */
    @Override
    public void close() {
        closed = true;
        push();
    }

    /** Ends without sending what waits, or waiting for a call that is under way: for a run that is over. */
    void discard() {
        closed = true;
        take();
    }

    private void loop() {
        try {
            while (!closed) {
                push();
                pauses.pause(BETWEEN_PUSHES);
            }
        } catch (InterruptedException e) {
            LOG.debug("Log thread ended");
        }
    }

    // One push at a time keeps the order; the lock guards nothing that callers of log() need.
    private void push() {
        synchronized (pushing) {
            String text = take();
            if (text.isEmpty()) {
                return;
            }
            try {
                run.log(text);
            } catch (TransportException e) {
                LOG.warn("Log lines could not be sent: {}", e.getMessage());
            } catch (RunStoppedException e) {
                LOG.debug("Log lines came after the end of the run");
            }
        }
    }

    private String take() {
        synchronized (waiting) {
            String text = waiting.toString();
            waiting.setLength(0);
            return text;
        }
    }
}
