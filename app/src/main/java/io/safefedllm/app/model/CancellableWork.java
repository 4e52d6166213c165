package io.safefedllm.app.model;

import io.safefedllm.app.console.Shutdown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;

/** Work that ends cleanly when the process is told to end: its thread is interrupted. */
final class CancellableWork {
    private CancellableWork() {}

    /** What may be interrupted. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Runs on the calling thread.
     *
     * @throws CancellationException if it was interrupted
     */
    static void run(Shutdown shutdown, Work work) throws IOException {
        Thread worker = Thread.currentThread();
        try {
            shutdown.during(worker::interrupt, () -> {
                runUnchecked(work);
                return true;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void runUnchecked(Work work) {
        try {
            work.run();
        } catch (ClosedByInterruptException | InterruptedException e) {
            CancellationException cancelled = new CancellationException();
            cancelled.initCause(e);
            throw cancelled;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
