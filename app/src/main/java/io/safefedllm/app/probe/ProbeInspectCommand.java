package io.safefedllm.app.probe;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.probe.model.ProbeSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a probe file holds. */
@Command(
        name = "inspect",
        description = "Show a probe's card: views, thresholds, where it comes from, how good it is.",
        footer = {"", "Example:", "  ./safe-fedllm probe inspect examples/tiny-llama/probe.sflp"})
final class ProbeInspectCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The probe.")
    private Path probe;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Inject
    ProbeInspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ProbeSet probes = Artifacts.readProbe("FILE", probe);
        console.out().print(json ? ProbeText.json(probes) : ProbeText.text(probe, probes));
        return 0;
    }
}
