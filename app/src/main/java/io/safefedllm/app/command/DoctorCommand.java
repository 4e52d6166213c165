package io.safefedllm.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.config.EnvironmentDefaults;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.failure.FailureReport;
import io.safefedllm.client.model.EngineRuntime;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what of this machine the product can use, and what to do about the rest. */
@Command(
        name = "doctor",
        description = "Check Java, the tensor engine, the device and a SuperLink.",
        defaultValueProvider = EnvironmentDefaults.class,
        footer = {
            "",
            "Exit status 0 if all is well, else 1 with the first trouble in the last line.",
            "",
            "Examples:",
            "  ./safe-fedllm doctor",
            "  ./safe-fedllm doctor --superlink 127.0.0.1:8000"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ZERO;
    private static final long MEGABYTE = 1024 * 1024;

    private final Console console;
    private final List<Finding> findings = new ArrayList<>();

    @Option(
            names = "--superlink",
            paramLabel = "HOST:PORT",
            description = "A SuperLink's executor or Fleet address to look at; nothing there is changed.")
    private @Nullable String superLink;

    @Option(names = "--json", description = "Print one JSON array.")
    private boolean json;

    /**
     * One thing looked at.
     *
     * @param what its name
     * @param ok whether it can be used
     * @param detail what was found, or why not and what to do
     * @param code the failure's code, empty if it can be used
     */
    record Finding(String what, boolean ok, String detail, String code) {
        static Finding good(String what, String detail) {
            return new Finding(what, true, detail, "");
        }

        static Finding bad(String what, String detail, FailureCode code) {
            return new Finding(what, false, detail, code.label());
        }
    }

    @Inject
    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        findings.add(Finding.good("java", Runtime.version() + " in " + Path.of(System.getProperty("java.home"))));
        findings.add(Finding.good(
                "memory",
                Runtime.getRuntime().maxMemory() / MEGABYTE + " MB of Java heap; SAFE_FEDLLM_HEAP changes it"));
        findings.add(Finding.good(
                "processor",
                Runtime.getRuntime().availableProcessors() + " cores, " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch")));
        findings.add(engine());
        String address = superLink;
        if (address != null) {
            lookAt(Checked.usage(() -> SuperLinkAddress.parse(address)));
        }
        print();
        return findings.stream().allMatch(Finding::ok) ? 0 : fail();
    }

    private static Finding engine() {
        try {
            return Finding.good("engine", EngineRuntime.describe());
        } catch (RuntimeException | LinkageError e) {
            return Finding.bad(
                    "engine",
                    "PyTorch does not start: " + e + "; it needs Linux on x86-64 and a writable home",
                    FailureCode.ENGINE);
        }
    }

    /** Up to Flower 1.39 a port has one API only, so the other one's absence is no trouble. */
    private void lookAt(SuperLinkAddress address) {
        SuperLinkOptions options = SuperLinkOptions.defaults().withPatience(PATIENCE);
        Finding executor = ask("executor", () -> SuperLinks.executorGeneration(address, options), "serve");
        Finding fleet = ask("fleet", () -> SuperLinks.fleetGeneration(address, options), "node");
        if (executor.ok() || fleet.ok()) {
            findings.add(Finding.good(executor.what(), executor.detail()));
            findings.add(Finding.good(fleet.what(), fleet.detail()));
        } else {
            findings.add(executor);
            findings.add(fleet);
        }
    }

    private static Finding ask(String what, Supplier<String> question, String verb) {
        try {
            return Finding.good(what, question.get() + ", ready for " + verb);
        } catch (TransportException e) {
            FailureReport report = FailureReport.of(e);
            return Finding.bad(what, report.reason(), report.code());
        }
    }

    private void print() throws JsonProcessingException {
        if (json) {
            console.out().println(new JsonMapper().writeValueAsString(findings));
            return;
        }
        int width = findings.stream()
                .mapToInt(finding -> finding.what().length())
                .max()
                .orElse(0);
        for (Finding finding : findings) {
            String pad = " ".repeat(width - finding.what().length());
            console.out().println((finding.ok() ? "ok   " : "FAIL ") + finding.what() + pad + "  " + finding.detail());
        }
    }

    private int fail() {
        Finding trouble =
                findings.stream().filter(finding -> !finding.ok()).findFirst().orElseThrow();
        FailureCode code = Arrays.stream(FailureCode.values())
                .filter(known -> known.label().equals(trouble.code()))
                .findFirst()
                .orElseThrow();
        throw new Failure(code, trouble.detail(), "");
    }
}
