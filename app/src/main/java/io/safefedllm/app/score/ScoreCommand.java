package io.safefedllm.app.score;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.failure.FailureReport;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.Checked;
import io.safefedllm.app.option.DeviceOption;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.ProbeEngine;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.ProbeMismatchException;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.strategy.gate.GateSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Vets adapters that somebody sent. */
@Command(
        name = "score",
        description = "Score PEFT adapters with a probe, one line each.",
        footer = {
            "",
            "What counts is the change against --base. Without --base that is the adapter before training, whose B is",
            "zero; views that look at A need it. An adapter is harmful if any view's score reaches its threshold, if a value",
            "is not finite, or if nothing was trained. Second opinions change no verdict; those that reach their threshold",
            "are reasons to look closer.",
            "",
            "An adapter that cannot be read or does not fit the probe is unfit; the others are scored all the same.",
            "",
            "Exit status: 0 all adapters were scored, whatever the verdicts; 1 one is unfit; 2 wrong usage, or one is",
            "missing; 3 with --exit-code, all were scored and at least one is harmful.",
            "",
            "Example:",
            "  ./safe-fedllm score --probe probe.sflp --base global from-alice from-bob"
        })
public final class ScoreCommand implements Callable<Integer> {
    private static final int HARMFUL_STATUS = 3;

    private final Console console;

    @Option(names = "--probe", paramLabel = "FILE", required = true, description = "The trained probe.")
    private Path probe;

    @Option(names = "--base", paramLabel = "ADAPTER_DIR", description = "The adapter that training started from.")
    private @Nullable Path base;

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--views",
            paramLabel = "NAME",
            split = ",",
            description = "Views that decide (default: all of the probe).")
    private List<String> views = List.of();

    @Option(
            names = "--threshold",
            paramLabel = "X",
            description = "Threshold of every view (default: those of the probe).")
    private @Nullable Double threshold;

    @Option(names = "--exit-code", description = "End with status 3 if an adapter is harmful.")
    private boolean exitCode;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Parameters(paramLabel = "ADAPTER_DIR", arity = "1..*", description = "PEFT adapter directories.")
    private List<Path> directories;

    @Inject
    ScoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ComputeDevice where = device.asked();
        ProbeSet file = Artifacts.readProbe("--probe", probe);
        ProbeSet probes = Checked.usage(() -> chosen(file));
        LoraAdapter start = start(probes);
        boolean anyHarmful = false;
        List<RuntimeException> unfit = new ArrayList<>();
        try (ProbeEngine engine = ProbeEngine.open(probes, where)) {
            for (Path directory : directories) {
                try {
                    anyHarmful |= print(directory, update(directory, start, probes), engine);
                } catch (Failure | ProbeMismatchException | UncheckedIOException e) {
                    unfit.add(e);
                    printUnfit(directory, e);
                }
            }
        }
        if (!unfit.isEmpty()) {
            throw unfit.get(0);
        }
        return exitCode && anyHarmful ? HARMFUL_STATUS : 0;
    }

    private static LoraUpdate update(Path directory, LoraAdapter start, ProbeSet probes) {
        try {
            LoraAdapter adapter = Artifacts.readAdapter("adapter", directory).adapter();
            probes.requireFits(adapter.layout());
            return LoraUpdate.between(start, adapter.arrangedAs(start.layout()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void printUnfit(Path directory, RuntimeException why) throws JsonProcessingException {
        String reason = FailureReport.of(why).reason();
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("adapter", directory.toString());
            line.put("verdict", "unfit");
            line.put("reason", reason);
            console.out().println(new JsonMapper().writeValueAsString(line));
        } else {
            console.out().println(directory + ": unfit (" + reason + ")");
        }
    }

    private ProbeSet chosen(ProbeSet file) {
        ProbeSet some = views.isEmpty() ? file : file.select(views);
        if (threshold == null) {
            return some;
        }
        double common = threshold;
        List<ProbeView> moved =
                some.views().stream().map(view -> view.withThreshold(common)).toList();
        return some.with(moved, some.card());
    }

    private LoraAdapter start(ProbeSet probes) throws IOException {
        if (base != null) {
            LoraAdapter adapter = Artifacts.readAdapter("--base", base).adapter();
            probes.requireFits(adapter.layout());
            return adapter;
        }
        boolean readsA = probes.views().stream()
                .anyMatch(view -> view.selector().key().equals("all_a")
                        || view.selector().key().equals("all_layers"));
        if (readsA) {
            throw new Failure(
                    FailureCode.USAGE, "the probe looks at A, so the start of the training is needed", "Give --base");
        }
        return LoraAdapter.wrap(probes.layout(), new float[probes.layout().size()]);
    }

    /** Prints the verdict; returns whether it is harmful. */
    private boolean print(Path directory, LoraUpdate update, ProbeEngine engine) throws JsonProcessingException {
        boolean finite = update.isFinite();
        List<ViewScore> scores = finite ? engine.score(update) : List.of();
        List<ViewScore> opinions = finite ? engine.secondOpinions(update) : List.of();
        boolean zero = finite && isZero(update, scores);
        boolean harmful = !finite || zero || scores.stream().anyMatch(ViewScore::harmful);
        String verdict = harmful ? "harmful" : "benign";
        String reason = finite ? (zero ? "ZERO_UPDATE, " : "") + reason(scores) : "NON_FINITE";
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("adapter", directory.toString());
            line.put("verdict", verdict);
            line.put("reason", reason);
            line.put("views", scores.stream().map(ScoreCommand::view).toList());
            line.put("opinions", opinions.stream().map(ScoreCommand::view).toList());
            console.out().println(new JsonMapper().writeValueAsString(line));
        } else {
            String second = opinions.isEmpty() ? "" : "; second opinions: " + reason(opinions);
            console.out().println(directory + ": " + verdict + " (" + reason + second + ")");
        }
        return harmful;
    }

    /** Returns whether there is nothing to score, as the strategy's gate asks it (SF-7.1, code 11). */
    private static boolean isZero(LoraUpdate update, List<ViewScore> scores) {
        return update.norm() < GateSettings.DEFAULT_ZERO_EPSILON
                || scores.stream()
                        .filter(score -> !score.view().equals(ViewSelector.ALL_A.key()))
                        .anyMatch(score -> score.norm() < GateSettings.DEFAULT_ZERO_EPSILON);
    }

    private static String reason(List<ViewScore> scores) {
        return scores.stream()
                .map(score -> String.format(
                        Locale.ROOT,
                        "%s %.4f %s %.4f",
                        score.view(),
                        score.score().value(),
                        score.harmful() ? ">=" : "<",
                        score.threshold()))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Object> view(ViewScore score) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", score.view());
        view.put("z", score.z());
        view.put("p", score.score().value());
        view.put("threshold", score.threshold());
        view.put("harmful", score.harmful());
        return view;
    }
}
