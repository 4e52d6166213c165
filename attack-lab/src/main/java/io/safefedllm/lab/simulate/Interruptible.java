package io.safefedllm.lab.simulate;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Work that ends in good order when its caller is interrupted. */
public final class Interruptible {
    private Interruptible() {}

    /**
     * Does the work that {@code maker} makes on a thread of its own and waits for it.
     *
     * <p>An interrupt closes whatever file its thread is writing. So the caller's interrupt becomes a flag, which the work looks at when no
     * file is open half-written; afterwards the caller is marked as interrupted again.
     *
     * @param maker is given the flag
     * @throws IllegalStateException if the work threw a checked exception or an error, which is the cause; unchecked ones pass
     */
    public static <T> T run(String name, Function<BooleanSupplier, Callable<T>> maker) {
        AtomicBoolean cancelled = new AtomicBoolean();
        FutureTask<T> work = new FutureTask<>(maker.apply(cancelled::get));
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return await(work, name, cancelled);
    }

    private static <T> T await(FutureTask<T> work, String name, AtomicBoolean cancelled) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return work.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancelled.set(true);
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the " + name + " failed: " + e.getCause(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
