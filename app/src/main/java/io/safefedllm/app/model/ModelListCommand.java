package io.safefedllm.app.model;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.TextTable;
import io.safefedllm.client.download.PublishedModel;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists the published models. */
@Command(
        name = "list",
        description = "List the models that 'model get' can fetch.",
        footer = {"", "Example:", "  ./safe-fedllm model list"})
final class ModelListCommand implements Callable<Integer> {
    private static final long MEGABYTE = 1_000_000;

    private final Console console;

    @Inject
    ModelListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        TextTable table = new TextTable(List.of("name", "model", "licence", "package", "download MB"));
        for (PublishedModel model : PublishedModel.ALL) {
            table.add(List.of(
                    model.key(),
                    model.title(),
                    model.licence(),
                    model.wheel().project(),
                    Long.toString(model.wheel().bytes() / MEGABYTE)));
        }
        console.out().print(table);
        return 0;
    }
}
