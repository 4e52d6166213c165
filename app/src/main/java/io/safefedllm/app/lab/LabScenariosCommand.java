package io.safefedllm.app.lab;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.Checked;
import io.safefedllm.app.shipped.Bundled;
import io.safefedllm.app.shipped.Version;
import io.safefedllm.lab.scenario.CellResult;
import io.safefedllm.lab.scenario.ScenarioCell;
import io.safefedllm.lab.scenario.ScenarioListener;
import io.safefedllm.lab.scenario.ScenarioMatrix;
import io.safefedllm.lab.scenario.ScenarioPage;
import io.safefedllm.lab.scenario.ScenarioPlan;
import io.safefedllm.lab.scenario.ScenarioPreset;
import io.safefedllm.lab.simulate.SimulationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Every attack against every defence. */
@Command(
        name = "scenarios",
        description = "Play every attack against every defence, cell by cell, and write the table.",
        footer = {
            "",
            "Each finished cell is a file in the directory: the command may be stopped at",
            "any time and takes up where it was. Started twice on one directory, two",
            "processes share the work. 'simulate --help' explains arms and attacks.",
            "",
            "Examples:",
            "  ./safe-fedllm lab scenarios --out out/gate --table docs/scenarios.md",
            "  ./safe-fedllm lab scenarios --rounds 4 --shares 0.3 --seeds 1 --attacks harmful-data,alie \\",
            "      --arms fedavg,safe-fedllm:shadow,oracle --out out/few"
        })
final class LabScenariosCommand implements Callable<Integer> {
    private final Console console;
    private final Shutdown shutdown;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = "gate",
            description =
                    "Lists for what is not given: gate (30 %%, seed 1, 8 rounds) or full (0, 20 and 50 %%, seeds 2"
                            + " and 3, 15 rounds); both have all arms and attacks of the table (default: ${DEFAULT-VALUE}).")
    private String preset;

    @Option(names = "--rounds", paramLabel = "K", description = "Number of rounds (default: the preset's).")
    private @Nullable Integer rounds;

    @Option(
            names = "--shares",
            paramLabel = "R",
            split = ",",
            description = "Hostile parts of the clients, 0 to 1 (default: the preset's).")
    private @Nullable List<Double> shares;

    @Option(names = "--seeds", paramLabel = "S", split = ",", description = "Seeds (default: the preset's).")
    private @Nullable List<Long> seeds;

    @Option(
            names = "--attacks",
            paramLabel = "NAME",
            split = ",(?=[a-z][a-z-]*(?:[:,]|$))",
            description = "Attacks, none for no attack (default: the preset's).")
    private @Nullable List<String> attacks;

    @Option(names = "--arms", paramLabel = "NAME", split = ",", description = "Arms (default: the preset's).")
    private @Nullable List<String> arms;

    @Option(names = "--clients", paramLabel = "N", description = "Number of clients (default: ${DEFAULT-VALUE}).")
    private int clients = SimulationSettings.DEFAULT_CLIENTS;

    @Option(names = "--model", paramLabel = "DIR", description = "The model (default: the bundled one).")
    private Path model = Bundled.model();

    @Option(names = "--probe", paramLabel = "FILE", description = "Its probe (default: the bundled one).")
    private Path probe = Bundled.probe();

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the cells go.")
    private Path out;

    @Option(
            names = "--table",
            paramLabel = "FILE",
            description = "The page with the table, written after every cell (default: scenarios.md in --out).")
    private @Nullable Path table;

    @Inject
    LabScenariosCommand(Console console, Shutdown shutdown) {
        this.console = console;
        this.shutdown = shutdown;
    }

    @Override
    public Integer call() throws IOException {
        ScenarioPlan plan = plan();
        Artifacts.requireDirectory("--model", model);
        Artifacts.readProbe("--probe", probe);
        Files.createDirectories(out);
        Path page = table == null ? out.resolve("scenarios.md") : table;
        ScenarioMatrix matrix = new ScenarioMatrix(plan, out, System::nanoTime, Version.current());
        Progress progress = new Progress(plan, matrix, page);
        Thread worker = Thread.currentThread();
        shutdown.during(worker::interrupt, () -> {
            Checked.usage(() -> {
                matrix.run(progress);
                return 0;
            });
            return 0;
        });
        progress.write();
        console.out().println("Table: " + page);
        return progress.failed == 0 ? 0 : 1;
    }

    private ScenarioPlan plan() {
        ScenarioPreset chosen = Checked.usage(() -> ScenarioPreset.named(preset));
        return Checked.usage(() -> new ScenarioPlan(
                or(attacks, chosen.attacks()),
                or(arms, chosen.arms()),
                or(shares, chosen.shares()),
                or(seeds, chosen.seeds()),
                clients,
                or(rounds, chosen.rounds()),
                model,
                probe));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    /** One line a cell, with the time that is left, and the page after each. */
    private final class Progress implements ScenarioListener {
        private static final double NANOS_PER_MINUTE = 60e9;

        private final ScenarioPlan plan;
        private final ScenarioMatrix matrix;
        private final Path page;
        private final long start = System.nanoTime();
        private int before = -1;
        private int failed;

        Progress(ScenarioPlan plan, ScenarioMatrix matrix, Path page) {
            this.plan = plan;
            this.matrix = matrix;
            this.page = page;
        }

        @Override
        public void cellStarted(ScenarioCell cell, int done, int total) {
            before = before < 0 ? done : before;
        }

        @Override
        public void cellFinished(CellResult result, int done, int total) {
            double minutes = (System.nanoTime() - start) / NANOS_PER_MINUTE;
            double left = minutes / Math.max(1, done - before) * (total - done);
            console.err()
                    .println(String.format(
                            Locale.ROOT,
                            "%d/%d  %s: safe %.1f %%, utility %.1f %%, hostile share %.3f (attacking %.3f), honest weight %.3f"
                                    + "  (%.0f min left)",
                            done,
                            total,
                            result.cell().title(),
                            result.safeAnswersPercent(),
                            result.utilityPercent(),
                            result.hostileWeightShare(),
                            result.hostileWeightShareActive(),
                            result.honestWeightMean(),
                            left));
            write();
        }

        @Override
        public void cellFailed(ScenarioCell cell, String reason) {
            failed++;
            console.err().println("not played: " + cell.title() + ": " + reason);
        }

        void write() {
            Map<ScenarioCell, CellResult> results = matrix.finished();
            ScenarioPage.write(page, plan, results, preset.equals("gate") ? "" : " --preset " + preset);
        }
    }
}
