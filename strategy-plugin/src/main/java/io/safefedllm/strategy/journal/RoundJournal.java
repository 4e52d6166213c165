package io.safefedllm.strategy.journal;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.settings.SettingsException;
import io.safefedllm.strategy.trust.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes down every decision of a run, one JSON line each: {@code run} first, then for each round one {@code client} line
 * for each node that was drawn and one {@code round} line.
 *
 * <p>Every weight can be recomputed from the lines alone. Node ids are decimal strings, unsigned. Numbers that do not
 * exist are null, as are non-finite ones. The lines of a round's
 * clients are on disk before its own line: a round without its line has not ended. One writer.
 */
public final class RoundJournal implements AutoCloseable {
    private final JournalFile file;

    private RoundJournal(JournalFile file) {
        this.file = file;
    }

    /**
     * Creates the journal of a run with its first line.
     *
     * @param run what the first line says
     * @throws SettingsException if there is a journal already
     */
    public static RoundJournal create(Path path, Map<String, Object> run) {
        JournalFile file = JournalFile.create(path);
        file.append("run", List.of(run));
        return new RoundJournal(file);
    }

    /** Writes the lines of a round. */
    public void write(RoundReport report) {
        file.append(
                "client",
                report.clients().stream()
                        .map(client -> clientLine(report, client))
                        .toList());
        file.append("round", List.of(roundLine(report)));
    }

    private static Map<String, Object> clientLine(RoundReport report, ClientReport client) {
        Optional<Verdict> verdict = client.verdict();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("round", report.round().number());
        line.put("node", Long.toUnsignedString(client.nodeId()));
        line.put("code", client.code().name());
        put(line, "numExamples", orNull(client.claimedExamples()));
        line.put("capped", client.cappedExamples());
        line.put("views", views(client.scores()));
        put(line, "harmful", verdict.map(Verdict::harmful).orElse(null));
        put(line, "harmfulShare", verdict.map(Verdict::harmfulShare).orElse(null));
        put(line, "omega", verdict.map(Verdict::levelWeight).orElse(null));
        put(line, "trust", verdict.map(Verdict::trust).orElse(null));
        line.put("quarantineLevel", verdict.map(Verdict::quarantineLevel).orElse(0));
        line.put("quarantineLeft", verdict.map(Verdict::quarantineLeft).orElse(0));
        line.put("weight", client.weight());
        put(line, "norm", orNull(client.norm()));
        line.put("clip", 1.0);
        put(line, "updateSha256", client.updateSha256().orElse(null));
        if (!client.detail().isEmpty()) {
            line.put("detail", client.detail());
        }
        return line;
    }

    private static List<Map<String, Object>> views(List<StepScores> scores) {
        List<Map<String, Object>> views = new ArrayList<>();
        for (StepScores step : scores) {
            for (ViewScore score : step.views()) {
                Map<String, Object> view = new LinkedHashMap<>();
                view.put("run", step.run().key());
                view.put("step", step.step());
                view.put("name", score.view());
                view.put("z", score.z());
                view.put("p", score.score().value());
                view.put("threshold", score.threshold());
                views.add(view);
            }
        }
        return views;
    }

    private static Map<String, Object> roundLine(RoundReport report) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("round", report.round().number());
        line.put("meanWeight", report.meanWeight());
        line.put("skipped", report.skipped().isPresent());
        put(line, "reason", report.skipped().map(SkipReason::name).orElse(null));
        put(line, "rho", null);
        line.put("degraded", report.degraded());
        line.put("adapterSha256", report.adapter().sha256());
        return line;
    }

    /** Puts a value that may be null: JSON has null, a map of this package has not. */
    @SuppressWarnings("NullAway")
    private static void put(Map<String, Object> line, String key, @Nullable Object value) {
        line.put(key, value);
    }

    private static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() && Double.isFinite(value.getAsDouble()) ? value.getAsDouble() : null;
    }

    @Override
    public void close() {
        file.close();
    }
}
