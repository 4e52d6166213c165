package io.safefedllm.app.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.config.EnvironmentDefaults;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Checked;
import io.safefedllm.app.option.ConnectionOptions;
import io.safefedllm.app.option.DeviceOption;
import io.safefedllm.app.option.SuperExecSecretOption;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.probe.engine.ComputeDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "  ./safe-fedllm doctor --superlink 127.0.0.1:8000",
            "  ./safe-fedllm doctor --superlink superlink.example:9092 --root-certificates ca.pem",
            "  ./safe-fedllm doctor --device cuda:0"
        })
public final class DoctorCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ZERO;
    private static final long MEGABYTE = 1024 * 1024;

    private final Console console;
    private final InstantSource clock;
    private final List<Finding> findings = new ArrayList<>();

    @Option(
            names = "--superlink",
            paramLabel = "HOST:PORT",
            description = "A SuperLink's executor or Fleet address to look at; nothing there is changed.")
    private @Nullable String superLink;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private SuperExecSecretOption secret;

    @Mixin
    private DeviceOption device;

    @Option(names = "--json", description = "Print one JSON array.")
    private boolean json;

    @Inject
    DoctorCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        findings.add(Finding.good("java", Runtime.version() + " in " + Path.of(System.getProperty("java.home"))));
        findings.add(Finding.good(
                "memory",
                Runtime.getRuntime().maxMemory() / MEGABYTE + " MB of Java heap; SAFE_FEDLLM_HEAP changes it"));
        findings.add(Finding.good(
                "processor",
                Runtime.getRuntime().availableProcessors() + " cores, " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch")));
        ComputeDevice wanted = device.asked();
        findings.addAll(new EngineCheck(wanted).findings());
        String address = superLink;
        if (address != null) {
            findings.addAll(lookAt(Checked.usage(() -> SuperLinkAddress.parse(address))));
        }
        print();
        return findings.stream().allMatch(Finding::ok) ? 0 : fail();
    }

    private List<Finding> lookAt(SuperLinkAddress address) throws IOException {
        SuperLinkOptions options = SuperLinkOptions.defaults()
                .withPatience(PATIENCE)
                .withClock(clock)
                .withSecurity(connection.security());
        return new SuperLinkFindings(address, secret.addTo(options, console)).look();
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
