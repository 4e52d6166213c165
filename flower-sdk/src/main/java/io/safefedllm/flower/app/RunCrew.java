package io.safefedllm.flower.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Serves several runs at the same time, each on a thread of its own. Confined to the thread that hands them in.
 *
 * <p>Who gets a place with {@link #take} calls {@link #serve} or {@link #giveBack}.
 */
final class RunCrew {

    private final Semaphore places;
    private final List<Future<?>> runs = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "flower-run");
        thread.setDaemon(true);
        return thread;
    });

    RunCrew(int size) {
        this.places = new Semaphore(size);
    }

    /** Waits for a free place; false if there is none within the limit. */
    boolean take(Duration limit) throws InterruptedException {
        return places.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    void giveBack() {
        places.release();
    }

    /** Starts the work and returns. */
    void serve(Runnable work) {
        runs.add(threads.submit(() -> {
            try {
                work.run();
            } finally {
                places.release();
            }
        }));
    }

    /** Throws here what a run has thrown on its thread: nothing that belongs to the run, so a defect or an {@link Error}. */
    void rethrow() throws InterruptedException {
        for (Iterator<Future<?>> rest = runs.iterator(); rest.hasNext(); ) {
            Future<?> run = rest.next();
            if (run.isDone()) {
                rest.remove();
                rethrow(run);
            }
        }
    }

    /**
     * Waits for the runs at hand, first patiently, then with an interrupt.
     *
     * @return false if there are runs that do not end
     */
    boolean end(Duration patience, Duration afterInterrupt) {
        threads.shutdown();
        boolean interrupted = Thread.interrupted();
        try {
            if (!threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            threads.shutdownNow();
        }
        try {
            return threads.awaitTermination(afterInterrupt.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            return threads.isTerminated();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void rethrow(Future<?> run) throws InterruptedException {
        try {
            run.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException defect ? defect : new IllegalStateException(e.getCause());
        }
    }
}
