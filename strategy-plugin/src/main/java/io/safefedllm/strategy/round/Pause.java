package io.safefedllm.strategy.round;

import java.time.Duration;

/** Waits between two looks at something that has no call to wait for it. */
@FunctionalInterface
public interface Pause {
    /** Waits, or throws if the thread is told to end. */
    void pause(Duration length) throws InterruptedException;
}
