package io.safefedllm.flower.link.wire;

import java.time.Duration;

/** How a link waits and tells elapsed time; tests hand in one that only pretends. */
public interface Pauses {

    /**
     * Waits.
     *
     * @throws InterruptedException if the thread was interrupted before or meanwhile
     */
    void pause(Duration duration) throws InterruptedException;

    /** Returns nanoseconds since some fixed moment. */
    long nanoTime();

    /** Returns real waiting on the JVM's monotonic clock. */
    static Pauses real() {
        return new Pauses() {
            @Override
            public void pause(Duration duration) throws InterruptedException {
                Thread.sleep(duration.toMillis());
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
