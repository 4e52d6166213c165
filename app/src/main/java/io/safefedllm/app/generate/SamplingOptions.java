package io.safefedllm.app.generate;

import io.safefedllm.app.option.Checked;
import io.safefedllm.client.model.Sampling;
import picocli.CommandLine.Option;

/** How the next word is chosen; the defaults always take the most probable one. */
final class SamplingOptions {
    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "0 always takes the most probable token; 0.7 varies, 1 is as the model was trained"
                    + " (default: ${DEFAULT-VALUE}).")
    private double temperature = Sampling.GREEDY.temperature();

    @Option(
            names = "--top-k",
            paramLabel = "N",
            description = "Choose among the N most probable tokens only; 0 for all (default: ${DEFAULT-VALUE}).")
    private int topK = Sampling.GREEDY.topK();

    @Option(
            names = "--top-p",
            paramLabel = "X",
            description = "Choose among the most probable tokens that together have probability X only"
                    + " (default: ${DEFAULT-VALUE}).")
    private double topP = Sampling.GREEDY.topP();

    @Option(names = "--seed", paramLabel = "S", description = "Of the choices (default: ${DEFAULT-VALUE}).")
    private long seed = Sampling.GREEDY.seed();

    /** Returns the choice, checked. */
    Sampling sampling() {
        return Checked.usage(() -> new Sampling(temperature, topK, topP, seed));
    }
}
