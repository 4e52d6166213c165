package io.safefedllm.app.probe;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be done with probes. */
@Command(
        name = "probe",
        description = "Train, calibrate and inspect probes.",
        synopsisSubcommandLabel = "ACTION",
        commandListHeading = "Actions:%n",
        subcommands = {ProbeTrainCommand.class, ProbeCalibrateCommand.class, ProbeInspectCommand.class},
        footer = {"", "Example:", "  ./safe-fedllm probe inspect examples/tiny-llama/probe.sflp"})
public final class ProbeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "missing action");
    }
}
