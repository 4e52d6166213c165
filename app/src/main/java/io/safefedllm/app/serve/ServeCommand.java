package io.safefedllm.app.serve;

import com.google.inject.Inject;
import io.safefedllm.app.config.DeploymentSettings;
import io.safefedllm.app.config.EnvironmentDefaults;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.InputWatch;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.DeviceOption;
import io.safefedllm.app.option.SuperExecSecretOption;
import io.safefedllm.app.option.SuperLinkOption;
import io.safefedllm.app.shipped.Version;
import io.safefedllm.flower.app.ClaimStore;
import io.safefedllm.flower.app.ForeignRunHandler;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.app.ServerAppExecutor;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import io.safefedllm.strategy.round.ServerAppBuilder;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The strategy as the ServerApp executor of a SuperLink. */
@Command(
        name = "serve",
        description = "Serve the runs of a SuperLink: screen every reply, weigh every client, average.",
        defaultValueProvider = EnvironmentDefaults.class,
        footer = {
            "",
            "The SuperLink must run with --isolation process. Its executor address is port 9091 up to Flower 1.34,",
            "port 8000 since 1.35. Clients stay as they are; start a run with flwr run as always.",
            "",
            "--runs: over gRPC (Flower up to 1.34) an app's id is known before a run is taken: list ids or",
            "hashes. Over HTTP only the hash is, so list hashes: the SHA-256 of the file that flwr build writes.",
            "",
            "Settings of a run, weakest first: --config, --set, the app's [tool.flwr.app.config],",
            "flwr run --run-config. ./safe-fedllm settings lists them all. Every option may also come from the",
            "environment, --state-dir for instance from SAFE_FEDLLM_STATE_DIR.",
            "",
            "Killed in the middle of a run and started again with the same options within half a minute, it goes on with that",
            "run; with other settings, another probe or another first adapter that run ends as failed. Canaries must be loaded",
            "within that time. Later a new run goes on, with safe-fedllm.resume-from.",
            "",
            "Exit status: 0 ended by Ctrl-C between runs, or --once and the run completed; 1 --once and it failed",
            "or was stopped; 130 ended by Ctrl-C during a run, which is then reported as stopped.",
            "",
            "Examples:",
            "  flower-superlink --insecure --isolation process",
            "  ./safe-fedllm serve --superlink 127.0.0.1:8000 --probe probe.sflp --initial-adapter adapter",
            "  ./safe-fedllm serve --superlink 127.0.0.1:8000 --probe probe.sflp --model llama --once \\",
            "      --set safe-fedllm.level=client"
        })
public final class ServeCommand implements Callable<Integer> {
    private final Console console;
    private final Shutdown shutdown;
    private final InstantSource clock;

    @Mixin
    private SuperLinkOption superLink;

    @Mixin
    private SuperExecSecretOption secret;

    @Option(names = "--probe", paramLabel = "FILE", description = "The trained probe of runs whose settings name none.")
    private @Nullable Path probe;

    @ArgGroup
    private @Nullable FirstAdapter firstAdapter;

    @ArgGroup(exclusive = false)
    private @Nullable CanaryOptions canaryOptions;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings for every run, as TOML.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting for every run; wins over --config. Repeatable.")
    private List<String> assignments = List.of();

    @Option(
            names = "--runs",
            paramLabel = "APP",
            split = ",",
            defaultValue = "all",
            description =
                    "Which runs to take: all, or FAB ids (publisher/name) and FAB hashes (default: ${DEFAULT-VALUE}).")
    private List<String> runs;

    @Option(
            names = "--python-serverapp",
            paramLabel = "PATH",
            description = "Flower's flwr-serverapp, which gets the runs of other apps that had to be claimed unseen.")
    private @Nullable Path pythonServerApp;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How many runs to serve at the same time; the others wait. Each takes up to half of the heap for"
                            + " replies that are coming in: more than one needs a heap that is larger by as much"
                            + " (default: ${DEFAULT-VALUE}).")
    private int atOnce;

    @Option(names = "--once", description = "Serve one run and end with its outcome.")
    private boolean once;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = "safe-fedllm-state",
            description =
                    "Journal, adapters and what a restart needs, one directory a run (default: ${DEFAULT-VALUE}).")
    private Path stateDirectory;

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--end-with-input",
            description =
                    "End as by Ctrl-C when standard input ends; for programs that start this one. No run is kept for a"
                            + " restart then.")
    private boolean endWithInput;

    @Option(names = "--json", description = "Print one JSON object a line instead of text.")
    private boolean json;

    @Inject
    ServeCommand(Console console, Shutdown shutdown, InstantSource clock) {
        this.console = console;
        this.shutdown = shutdown;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (atOnce < 1) {
            throw new Failure(FailureCode.USAGE, "--at-once must be at least 1 but was " + atOnce, "");
        }
        if (endWithInput) {
            InputWatch.start(System.in, () -> System.exit(FailureCode.INTERRUPTED.exitStatus()));
        }
        RunFilter filter = filter();
        RunLines lines = new RunLines(console.out(), json, stateDirectory);
        ServerAppBuilder parts = serverApp(lines);
        try (CanaryOptions.Loaded canaries = canaries();
                PythonServerApp python = pythonServerApp == null ? null : PythonServerApp.at(pythonServerApp)) {
            if (canaries != null) {
                parts.canaryClients(canaries.clients());
            }
            SafeFedLlmServerApp app = parts.build();
            RunLink link = SuperLinks.executor(superLink.address(), secret.addTo(superLink.options(console), console));
            lines.ready(link, filter);
            try (ClaimFiles claims = new ClaimFiles(stateDirectory, link.address(), link.generation())) {
                ServerAppExecutor executor = ServerAppExecutor.builder(link, app)
                        .filter(filter)
                        .atOnce(atOnce)
                        .claims(endWithInput ? ClaimStore.none() : claims)
                        .listener(lines)
                        .foreignRuns(python == null ? ForeignRunHandler.none() : handOn(python))
                        .build();
                Optional<RunOutcome> outcome = serve(executor);
                if (python != null && python.running() > 0 && !shutdown.isRequested()) {
                    lines.waitingForOthers(python.running());
                    shutdown.during(python::close, () -> {
                        python.awaitEnd();
                        return true;
                    });
                }
                return status(outcome, lines);
            }
        }
    }

    private Optional<RunOutcome> serve(ServerAppExecutor executor) {
        try (executor) {
            return shutdown.during(executor::close, () -> {
                if (once) {
                    return executor.serveOnce();
                }
                executor.serveForever();
                return Optional.empty();
            });
        }
    }

    private int status(Optional<RunOutcome> outcome, RunLines lines) {
        if (shutdown.isRequested() && lines.wasStopped()) {
            throw new Failure(FailureCode.INTERRUPTED, "interrupted during a run, which is reported as stopped", "");
        }
        outcome.ifPresent(ServeCommand::requireCompleted);
        return 0;
    }

    private static void requireCompleted(RunOutcome outcome) {
        String run = "run " + Long.toUnsignedString(outcome.runId());
        if (outcome.status() == RunStatus.STOPPED) {
            throw new Failure(FailureCode.RUN_STOPPED, run + " was stopped by its user", "");
        }
        if (!outcome.isCompleted()) {
            boolean lost = isLost(outcome.cause());
            throw new Failure(
                    lost ? FailureCode.SUPERLINK_LOST : FailureCode.RUN_FAILED,
                    run + (lost ? " was lost: " : " failed: ") + outcome.reason(),
                    lost ? "Look at the SuperLink's log and start a new run; the finished rounds are kept" : "",
                    outcome.cause() == null ? new IllegalStateException(outcome.reason()) : outcome.cause());
        }
    }

    /** Returns whether the SuperLink went away under the run. */
    private static boolean isLost(@Nullable Throwable cause) {
        return cause instanceof RunStoppedException end
                ? end.reason() == RunStoppedException.Reason.LOST
                : TransportException.isConnectionTrouble(cause);
    }

    private CanaryOptions.@Nullable Loaded canaries() {
        if (canaryOptions == null) {
            return null;
        }
        Optional<Path> model = Optional.ofNullable(firstAdapter).flatMap(FirstAdapter::model);
        return canaryOptions.open(model, LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
    }

    private ServerAppBuilder serverApp(RunLines lines) throws IOException {
        DeploymentSettings settings = settings();
        StrategySettings.parse(settings.values());
        ServerAppBuilder builder = SafeFedLlmServerApp.builder()
                .defaults(settings.values())
                .device(device.asked())
                .stateDirectory(stateDirectory)
                .nanoTicker(System::nanoTime)
                .auditSecret(ServeCommand::randomBytes)
                .version(Version.current())
                .listener(lines);
        if (probe != null) {
            builder.probe(Artifacts.readProbe("--probe", probe));
        }
        if (firstAdapter != null) {
            builder.initialAdapter(firstAdapter.source());
        }
        return builder;
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[AuditKey.LENGTH];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private DeploymentSettings settings() throws IOException {
        DeploymentSettings file = config == null
                ? DeploymentSettings.none()
                : DeploymentSettings.read(Artifacts.requireFile("--config", config));
        return file.with(assignments);
    }

    private RunFilter filter() {
        if (runs.equals(List.of("all"))) {
            return RunFilter.all();
        }
        try {
            return RunFilter.of(runs);
        } catch (IllegalArgumentException e) {
            throw new Failure(FailureCode.USAGE, String.valueOf(e.getMessage()), "", e);
        }
    }

    private ForeignRunHandler handOn(PythonServerApp python) {
        return (claim, address) -> {
            python.start(claim.secret(), address, superLink.pythonArguments());
            return true;
        };
    }
}
