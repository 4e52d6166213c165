package io.safefedllm.client.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes a body from which nothing has come for a minute, so that the reader fails and asks again: the time limit of a request ends with
 * the headers.
 */
final class StallGuard implements AutoCloseable {
    private static final long SECONDS = 60;

    private final AtomicBoolean moved = new AtomicBoolean(true);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "download-guard");
        thread.setDaemon(true);
        return thread;
    });

    StallGuard(InputStream body) {
        ScheduledFuture<?> unused = timer.scheduleAtFixedRate(() -> check(body), SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    /** Says that something has come. */
    void alive() {
        moved.set(true);
    }

    private void check(InputStream body) {
        if (!moved.getAndSet(false)) {
            try {
                body.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
