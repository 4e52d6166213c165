package io.safefedllm.strategy.journal;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.strategy.evidence.CanaryReading;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.EvidenceSource;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.RoundNorms;
import io.safefedllm.strategy.trust.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the lines of a journal say, field by field. */
final class JournalLines {
    private JournalLines() {}

    static Map<String, Object> client(ServerRound round, ClientReport client) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("round", round.number());
        line.put("node", Long.toUnsignedString(client.nodeId()));
        line.put("code", client.code().name());
        put(line, "numExamples", orNull(client.claimedExamples()));
        line.put("capped", client.cappedExamples());
        putInspection(line, client.inspection());
        putVerdict(line, client.verdict());
        line.put("duplicates", client.duplicates());
        client.likeness().twin().ifPresent(node -> line.put("twin", node));
        client.likeness().stepDistance().ifPresent(distance -> line.put("stepDistance", distance));
        line.put("weight", client.weight());
        put(line, "norm", number(client.norm()));
        line.put("clip", client.clip());
        put(line, "updateSha256", client.updateSha256().orElse(null));
        if (!client.detail().isEmpty()) {
            line.put("detail", client.detail());
        }
        return line;
    }

    private static void putInspection(Map<String, Object> line, Inspection inspection) {
        Optional<Evidence> evidence = inspection.evidence();
        put(line, "source", inspection.source().map(EvidenceSource::key).orElse(null));
        line.put("shadowAsked", inspection.shadowAsked());
        put(line, "totalSteps", evidence.map(Evidence::totalSteps).orElse(null));
        line.put("views", views(evidence.map(Evidence::all).orElse(List.of())));
        List<ViewScore> opinions = evidence.map(Evidence::secondOpinions).orElse(List.of());
        if (!opinions.isEmpty()) {
            line.put("opinions", opinions.stream().map(JournalLines::score).toList());
        }
        inspection.evidenceSha256().ifPresent(digest -> line.put("evidenceSha256", digest));
    }

    private static void putVerdict(Map<String, Object> line, Optional<Verdict> verdict) {
        put(line, "harmful", verdict.map(Verdict::harmful).orElse(null));
        put(line, "harmfulShare", verdict.map(Verdict::harmfulShare).orElse(null));
        put(line, "omega", verdict.map(Verdict::levelWeight).orElse(null));
        put(line, "trust", verdict.map(Verdict::trust).orElse(null));
        line.put("quarantined", verdict.map(Verdict::quarantinedAtStart).orElse(false));
        line.put("quarantineLevel", verdict.map(Verdict::quarantineLevel).orElse(0));
        line.put("quarantineLeft", verdict.map(Verdict::quarantineLeft).orElse(0));
        line.put("reasons", verdict.map(Verdict::reasons).orElse(List.of()));
    }

    private static List<Map<String, Object>> views(List<StepScores> scores) {
        List<Map<String, Object>> views = new ArrayList<>();
        for (StepScores step : scores) {
            for (ViewScore score : step.views()) {
                Map<String, Object> view = new LinkedHashMap<>();
                view.put("run", step.run().key());
                view.put("step", step.step());
                view.putAll(score(score));
                views.add(view);
            }
        }
        return views;
    }

    private static Map<String, Object> score(ViewScore score) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", score.view());
        fields.put("z", score.z());
        fields.put("p", score.score().value());
        fields.put("threshold", score.threshold());
        return fields;
    }

    static Map<String, Object> round(RoundReport report) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("round", report.round().number());
        line.put("meanWeight", report.mean().value());
        line.put("counted", report.mean().counted());
        line.put("effectiveSamples", report.mean().effectiveSamples());
        line.put("skipped", report.skipped().isPresent());
        put(line, "reason", report.skipped().map(SkipReason::name).orElse(null));
        put(line, "rho", finite(report.norms().map(RoundNorms::rho)));
        put(line, "medianNorm", finite(report.norms().map(RoundNorms::median)));
        line.put("degraded", report.degraded());
        report.canary().ifPresent(canary -> putCanary(line, canary));
        line.put("adapterSha256", report.adapter().sha256());
        return line;
    }

    private static void putCanary(Map<String, Object> line, CanaryReading canary) {
        line.put("canaryThreshold", canary.threshold());
        line.put("canaryUpdates", canary.benign() + canary.harmful());
        line.put("canaryDetected", canary.detected());
    }

    /** Puts a value that may be null: JSON has null, a map of this package has not. */
    @SuppressWarnings("NullAway")
    private static void put(Map<String, Object> line, String key, @Nullable Object value) {
        line.put(key, value);
    }

    private static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    /** JSON has no infinite numbers: their names stand for them (SF-0.6). */
    private static @Nullable Object number(OptionalDouble value) {
        if (value.isEmpty()) {
            return null;
        }
        double number = value.getAsDouble();
        return Double.isFinite(number) ? (Object) number : String.valueOf(number);
    }

    private static @Nullable Double finite(Optional<Double> value) {
        return value.filter(Double::isFinite).orElse(null);
    }
}
