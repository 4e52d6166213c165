package io.safefedllm.lab.simulate;

import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Everything that decides a result, for {@code result.json} and the report. */
final class UsedSettings {
    private UsedSettings() {}

    static Map<String, Object> of(
            SimulationSettings settings, Population population, Examiner examiner, Optional<ProbeSet> probe) {
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
        used.put("requestsPerRound", settings.evaluation().requestsPerRound());
        used.put("requestsAtEnd", examiner.endRequestCount());
        used.put("questionsAtEnd", examiner.questionCount());
        used.put("modelSha256", sha256(settings.model().resolve("model.safetensors")));
        probe.ifPresent(set -> putProbe(used, set));
        return used;
    }

    private static void putTraining(Map<String, Object> used, LocalTraining training) {
        used.put("localSteps", training.steps());
        used.put("batchSize", training.batchSize());
        used.put("learningRate", training.learningRate());
        used.put("rowsPerClient", training.rows());
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

    static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256", e);
        }
    }
}
