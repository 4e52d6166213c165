package io.safefedllm.app.command;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says what of this machine the product can use. */
@Command(
        name = "doctor",
        description = "Check Java, the tensor engine, the device and a SuperLink.",
        footer = {"", "Example:", "  ./safe-fedllm doctor"})
final class DoctorCommand implements Callable<Integer> {
    private final Console console;

    @Inject
    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.out().println("java  " + Runtime.version());
        return 0;
    }
}
