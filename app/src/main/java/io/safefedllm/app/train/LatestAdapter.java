package io.safefedllm.app.train;

import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the adapter of the latest finished step, so that a training that is told to end leaves it behind: written at once, by the
 * thread that was told, however long the step at hand takes.
 */
final class LatestAdapter {
    private final Path out;
    private final LoraConfig lora;
    private final Console console;
    private final int steps;
    private volatile @Nullable State state;

    /**
     * What there is to write.
     *
     * @param step steps that were done
     * @param adapter the adapter after them
     */
    private record State(int step, LoraAdapter adapter) {}

    LatestAdapter(Path out, LoraConfig lora, int steps, Console console) {
        this.out = out;
        this.lora = lora;
        this.console = console;
        this.steps = steps;
    }

    /**
     * Does the training; told to end meanwhile, it writes the latest adapter, if a step is done, and ends after the step at hand.
     *
     * @throws Failure if it was told to end
     */
    <T> T during(Shutdown shutdown, Supplier<T> training) {
        T result = shutdown.during(this::save, training);
        endIfTold(shutdown);
        return result;
    }

    /**
     * Says that a step is done. Called on the thread of the training.
     *
     * @throws Failure if the process was told to end
     */
    void afterStep(Shutdown shutdown, int step, LoraAdapter adapter) {
        endIfTold(shutdown);
        state = new State(step, adapter);
    }

    private static void endIfTold(Shutdown shutdown) {
        if (shutdown.isRequested()) {
            throw new Failure(FailureCode.INTERRUPTED, "the training was interrupted before its last step", "");
        }
    }

    private void save() {
        @Nullable State last = state;
        if (last == null) {
            console.err().println("interrupted before the first step was done: " + out + " is as it was");
            return;
        }
        try {
            PeftDirectory.write(out, new PeftAdapter(lora, last.adapter()));
            console.err()
                    .println("interrupted: " + out + " holds the adapter after " + last.step() + " of " + steps
                            + " steps, complete; go on with --from");
        } catch (IOException e) {
            console.err().println("interrupted: the adapter cannot be written to " + out + ": " + e);
        }
    }
}
