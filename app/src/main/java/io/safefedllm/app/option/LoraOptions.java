package io.safefedllm.app.option;

import io.safefedllm.probe.lora.LoraConfig;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The shape of adapters; the defaults are those of the specification's local recipe. */
public final class LoraOptions {
    /** The adapted modules where nobody names others. */
    public static final List<String> TARGET_MODULES = List.of("q_proj", "v_proj");

    @Option(names = "--lora-r", paramLabel = "N", description = "Rank of the adapters (default: ${DEFAULT-VALUE}).")
    private int rank = 8;

    @Option(names = "--lora-alpha", paramLabel = "X", description = "Alpha (default: ${DEFAULT-VALUE}).")
    private double alpha = 16;

    @Option(names = "--lora-dropout", paramLabel = "X", description = "Dropout (default: ${DEFAULT-VALUE}).")
    private double dropout = 0.05;

    @Option(
            names = "--lora-target-modules",
            paramLabel = "NAME",
            split = ",",
            description = "Adapted modules (default: ${DEFAULT-VALUE}).")
    private List<String> targetModules = TARGET_MODULES;

    /** Returns the shape of adapters for a base model, checked. */
    LoraConfig config(Path base) {
        return Checked.usage(() -> new LoraConfig(rank, alpha, dropout, targetModules, base.toString()));
    }
}
