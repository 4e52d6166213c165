package io.safefedllm.flower.app;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.link.LogLevel;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.wire.Pauses;
import io.safefedllm.flower.message.Message;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The grid of a claimed run. Calls come from the server app's thread; {@link #end} from any.
 *
 * <p>Polls are spaced by a wait that doubles from ten to a hundred milliseconds while nothing comes.
 */
final class RunGrid implements Grid {

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(10);
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private final ClaimedRun run;
    private final RunLog log;
    private final Pauses pauses;
    private final AtomicReference<@Nullable RunStoppedException> end = new AtomicReference<>();
    private Duration wait = SHORTEST_WAIT;

    RunGrid(ClaimedRun run, RunLog log, Pauses pauses) {
        this.run = run;
        this.log = log;
        this.pauses = pauses;
    }

    /** Makes every later call throw; the first end counts. */
    void end(RunStoppedException reason) {
        end.compareAndSet(null, reason);
    }

    @Override
    public long runId() {
        return run.claim().runId();
    }

    @Override
    public List<Long> nodeIds() {
        requireGoingOn();
        return run.nodeIds();
    }

    @Override
    public List<String> send(List<Message> messages) {
        requireGoingOn();
        wait = SHORTEST_WAIT;
        return run.send(messages);
    }

    @Override
    public List<Message> poll(Collection<String> messageIds) {
        requireGoingOn();
        List<Message> replies = run.poll(messageIds);
        if (replies.isEmpty() && !messageIds.isEmpty()) {
            pause();
            requireGoingOn();
            replies = run.poll(messageIds);
        }
        if (!replies.isEmpty()) {
            wait = SHORTEST_WAIT;
        }
        return replies;
    }

    @Override
    public void log(String text) {
        log(LogLevel.INFO, text);
    }

    @Override
    public void log(LogLevel level, String text) {
        requireGoingOn();
        log.log(level, text);
    }

    private void pause() {
        try {
            pauses.pause(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunStoppedException(
                    RunStoppedException.Reason.CLOSING, "the server app was interrupted while it waited", e);
        }
        Duration doubled = wait.multipliedBy(2);
        wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    }

    private void requireGoingOn() {
        RunStoppedException reason = end.get();
        if (reason != null) {
            throw new RunStoppedException(reason.reason(), String.valueOf(reason.getMessage()), reason);
        }
    }
}
