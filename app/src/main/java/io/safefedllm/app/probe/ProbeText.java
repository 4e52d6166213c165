package io.safefedllm.app.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.app.console.TextTable;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.SecondOpinions;
import io.safefedllm.probe.model.SourceCount;
import io.safefedllm.probe.model.UpdateRecipe;
import io.safefedllm.probe.model.ViewCard;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A probe's card for people and for programs. */
final class ProbeText {
    private ProbeText() {}

    /** Returns the card as lines. */
    static String text(Path file, ProbeSet probes) {
        ProbeCard card = probes.card();
        StringBuilder text = new StringBuilder();
        text.append(file).append('\n');
        line(text, "sha256", probes.sha256());
        line(
                text,
                "adapter",
                probes.layout().tensors().size() + " tensors, "
                        + probes.layout().size() + " values");
        line(text, "base model", card.baseModel().isEmpty() ? "(not stated)" : card.baseModel());
        line(text, "made by", "safe-fedllm " + card.toolVersion() + ", seed " + card.seed());
        recipes(card)
                .forEach((recipe, starts) ->
                        line(text, "updates", recipe + (starts == 1 ? "" : ", " + starts + " starts")));
        for (SourceCount source : card.sources()) {
            line(text, source.harmful() ? "harmful" : "benign", source.updates() + " of " + source.source());
        }
        return text.append('\n').append(views(probes)).toString();
    }

    /** Returns the card as one JSON object and a line feed. */
    static String json(ProbeSet probes) throws JsonProcessingException {
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("sha256", probes.sha256());
        card.put("thresholds", thresholds(probes));
        card.put("card", probes.card());
        return JsonMapper.builder().findAndAddModules().build().writeValueAsString(card) + "\n";
    }

    /** Returns each recipe in words and from how many different starts it was used. */
    private static Map<String, Integer> recipes(ProbeCard card) {
        Map<String, Integer> recipes = new LinkedHashMap<>();
        for (UpdateRecipe recipe : card.recipes()) {
            String words = "from the " + recipe.base() + " adapter, "
                    + (recipe.records().isEmpty() ? "records not stated" : recipe.records()) + ", learning rate "
                    + recipe.learningRate() + ", " + recipe.steps() + " steps of " + recipe.batch() + " rows";
            recipes.merge(words, 1, Integer::sum);
        }
        return recipes;
    }

    private static Map<String, Double> thresholds(ProbeSet probes) {
        Map<String, Double> thresholds = new LinkedHashMap<>();
        probes.views().forEach(view -> thresholds.put(view.name(), view.threshold()));
        probes.opinions().layers().stream()
                .findFirst()
                .ifPresent(layer -> thresholds.put(SecondOpinions.LAYER, layer.threshold()));
        probes.opinions()
                .seedInvariant()
                .ifPresent(probe -> thresholds.put(SecondOpinions.SEED_INVARIANT, probe.threshold()));
        return thresholds;
    }

    private static String views(ProbeSet probes) {
        TextTable table = new TextTable(
                List.of("view", "looks at", "threshold", "chosen by", "false alarms", "detected", "sigma_0", "q_0"));
        thresholds(probes).forEach((name, threshold) -> {
            ViewCard card = probes.card().views().stream()
                    .filter(entry -> entry.view().equals(name))
                    .findFirst()
                    .orElse(null);
            Calibration calibration = card == null ? null : card.calibration();
            table.add(List.of(
                    name,
                    looksAt(probes, name),
                    number(threshold, 6),
                    calibration == null ? "default" : calibration.mode() + " " + calibration.alpha(),
                    card == null ? "-" : rate(card.heldOut(), false),
                    card == null ? "-" : rate(card.heldOut(), true),
                    calibration == null ? "-" : number(calibration.sigma0(), 3),
                    calibration == null ? "-" : number(calibration.q0(), 3)));
        });
        return table.toString();
    }

    private static String looksAt(ProbeSet probes, String name) {
        return switch (name) {
            case SecondOpinions.LAYER -> "each layer's B (second opinion)";
            case SecondOpinions.SEED_INVARIANT -> "B times its transpose (second opinion)";
            default -> probes.view(name).selector().key();
        };
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static String rate(HeldOutRates rates, boolean harmful) {
        double rate = harmful ? rates.detectionRate() : rates.falseAlarmRate();
        int of = harmful ? rates.harmful() : rates.benign();
        return of == 0 ? "-" : String.format(Locale.ROOT, "%.1f %% of %d", 100 * rate, of);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-11s %s%n", name, value));
    }
}
