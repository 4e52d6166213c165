package io.safefedllm.app.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns Ctrl-C and SIGTERM into an orderly end.
 *
 * <p>A verb registers what has to be told; the shutdown hook tells it, newest first, and then waits for the verb to return,
 * so that the run is reported and the files are complete before the process ends with the verb's own status. Thread-safe.
 */
public final class Shutdown {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Deque<Runnable> stops = new ArrayDeque<>();
    private boolean requested;
    private volatile int status;

    /**
     * Does {@code work}, and calls {@code stop} when the process is told to end meanwhile, at once if it has been told already.
     *
     * @param stop returns when the work has ended or will end soon; called from any thread, at most once
     */
    public <T> T during(Runnable stop, Supplier<T> work) {
        if (!register(stop)) {
            stop.run();
        }
        try {
            return work.get();
        } finally {
            remove(stop);
        }
    }

    /** Returns whether the process has been told to end. */
    public synchronized boolean isRequested() {
        return requested;
    }

    /** Tells everything registered to stop. */
    public void request() {
        for (@Nullable Runnable stop = next(); stop != null; stop = next()) {
            stop.run();
        }
    }

    /** Says that the verb has returned with {@code exitStatus}. */
    public void finish(int exitStatus) {
        status = exitStatus;
        finished.countDown();
    }

    /**
     * Waits until the verb has returned.
     *
     * @return its exit status, or {@code otherwise} when it does not return in time
     */
    public int awaitFinish(long seconds, int otherwise) {
        try {
            return finished.await(seconds, TimeUnit.SECONDS) ? status : otherwise;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise;
        }
    }

    private synchronized boolean register(Runnable stop) {
        if (!requested) {
            stops.push(stop);
        }
        return !requested;
    }

    private synchronized void remove(Runnable stop) {
        stops.remove(stop);
    }

    private synchronized @Nullable Runnable next() {
        requested = true;
        return stops.poll();
    }
}
