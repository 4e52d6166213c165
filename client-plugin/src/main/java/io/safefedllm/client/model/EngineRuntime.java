package io.safefedllm.client.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.safefedllm.client.checkpoint.Dimensions;
import io.safefedllm.client.data.NativeSettings;
import io.safefedllm.probe.engine.DjlDevice;
import io.safefedllm.probe.engine.DjlRuntime;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The tensor engine of this JVM: its settings, its managers, and the lock that training needs.
 *
 * <p>The engine allows one gradient collector per JVM, and its random generator (dropout) is global. So a whole training
 * run holds the lock; evaluation and generation do not.
 */
public final class EngineRuntime {
    private static final String THREADS = "ai.djl.pytorch.num_threads";
    /** Width up to which sharing an operator between threads costs more than it gains. */
    private static final int SMALL_MODEL = 512;

    private static final ReentrantLock TRAINING = new ReentrantLock();

    private EngineRuntime() {}

    /**
     * Chooses how many threads one operator may use; physical cores is best for large models. Has an effect only before
     * the first model is loaded. Without a choice the first model decides: one thread for a small one, whose operators
     * are too short to share (and whose waiting threads would spin), else the engine's default.
     */
    public static void useThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("number of threads must be positive but was " + threads);
        }
        System.setProperty(THREADS, Integer.toString(threads));
    }

    /** Decides the number of threads by the first model's size, unless somebody chose. */
    static void chooseThreadsFor(Dimensions sizes) {
        if (System.getProperty(THREADS) == null && sizes.hidden() <= SMALL_MODEL) {
            useThreads(1);
        }
    }

    /**
     * Starts the engine and returns its name, its version and its number of threads, for people.
     *
     * @throws io.safefedllm.probe.engine.DeviceUnavailableException if it cannot start
     */
    public static String describe() {
        Engine engine = engine();
        String threads = System.getProperty(THREADS);
        return engine.getEngineName() + " " + engine.getVersion() + ", "
                + (threads == null
                        ? "as many threads as cores"
                        : threads + (threads.equals("1") ? " thread" : " threads"));
    }

    /** Runs work that computes gradients while no other thread does; re-entrant. */
    public static <T> T exclusively(Supplier<T> work) {
        TRAINING.lock();
        try {
            return work.get();
        } finally {
            TRAINING.unlock();
        }
    }

    /**
     * Seeds the engine's random generator, from which dropout draws. Call it inside {@link #exclusively}. A seed from 0 to 2^32 - 1 gives
     * what {@code torch.manual_seed} gives; of others torch drops the upper half, which is combined with the lower one here.
     */
    public static void seedDropout(long seed) {
        engine().setRandomSeed((int) (seed ^ (seed >>> 32)));
    }

    /**
     * Opens a manager on a device; the caller closes it.
     *
     * @throws io.safefedllm.probe.engine.DeviceUnavailableException if the engine cannot use that device; there is no silent fallback
     */
    static NDManager newManager(EngineDevice device) {
        NativeSettings.apply();
        return DjlDevice.resolve(device.asked()).newManager();
    }

    static Engine engine() {
        NativeSettings.apply();
        return DjlRuntime.engine();
    }
}
