package io.safefedllm.app.serve;

import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.LoraOptions;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.train.InitialAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.strategy.round.InitialAdapterSource;
import io.safefedllm.strategy.settings.StrategySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The two ways to give {@code serve} the adapter with which runs begin. */
final class FirstAdapter {
    @Option(
            names = "--initial-adapter",
            paramLabel = "DIR",
            description = "PEFT directory of the first adapter of runs whose settings name none.")
    private @Nullable Path directory;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Base model from whose shapes the first adapter is made, by PEFT's seeded rule.")
    private @Nullable Path model;

    /** Returns the source, whose file or directory has been looked at already. */
    InitialAdapterSource source() throws IOException {
        if (directory != null) {
            PeftAdapter adapter = Artifacts.readAdapter("--initial-adapter", directory);
            return settings -> adapter;
        }
        if (model == null) {
            throw new IllegalStateException("picocli fills one of the two options");
        }
        Path base = Artifacts.requireDirectory("--model", model);
        ModelConfig config = ModelDirectory.open(base).config();
        return settings -> draw(base, config, settings);
    }

    /** Returns the base model, where it was named. */
    Optional<Path> model() {
        return Optional.ofNullable(model);
    }

    private static PeftAdapter draw(Path base, ModelConfig config, StrategySettings settings) {
        LoraConfig lora = new LoraConfig(
                settings.adapter().made().rank(),
                settings.adapter().made().alpha(),
                settings.adapter().made().dropout(),
                LoraOptions.TARGET_MODULES,
                base.toString());
        return new PeftAdapter(lora, InitialAdapter.of(config, lora, settings.seed()));
    }
}
