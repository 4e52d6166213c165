package io.safefedllm.lab.simulate;

import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Everything that decides a result, for {@code result.json} and the report. */
final class UsedSettings {
    private UsedSettings() {}

    static Map<String, Object> of(
            SimulationSettings settings, Population population, TrialTask task, Optional<ProbeSet> probe) {
        Map<String, Object> used = new LinkedHashMap<>();
        used.put("arms", settings.arms());
        used.put("attack", settings.attack());
        used.put("maliciousRatio", settings.maliciousRatio());
        used.put("clients", settings.clients());
        used.put("hostileClients", settings.hostileClients());
        used.put("hostile", new TreeSet<>(population.hostile()).stream().toList());
        used.put("byzantineToldToRules", settings.hostileClients());
        used.put("rounds", settings.rounds());
        used.put("seed", settings.seed());
        putTraining(used, settings.training());
        used.put(
                "rowsPerClient",
                population.rows().stream()
                        .mapToInt(rows -> rows.own().size())
                        .min()
                        .orElse(0));
        used.putAll(task.examiner().settings());
        used.putAll(task.settings());
        used.put("modelSha256", FileDigest.ofModel(settings.material().model()));
        probe.ifPresent(set -> putProbe(used, set));
        return used;
    }

    private static void putTraining(Map<String, Object> used, LocalTraining training) {
        used.put("localSteps", training.steps());
        used.put("batchSize", training.batchSize());
        used.put("learningRate", training.learningRate());
        used.put("maxLength", training.maxLength());
        used.put("loraRank", training.lora().r());
        used.put("loraAlpha", training.lora().alpha());
        used.put("loraTargets", training.lora().targetModules());
        used.put("loraSeed", LocalTraining.LORA_SEED);
    }

    private static void putProbe(Map<String, Object> used, ProbeSet probe) {
        used.put("probeSha256", probe.sha256());
        Map<String, Object> thresholds = new LinkedHashMap<>();
        for (ProbeView view : probe.views()) {
            thresholds.put(view.name(), view.threshold());
        }
        used.put("probeThresholds", thresholds);
    }
}
