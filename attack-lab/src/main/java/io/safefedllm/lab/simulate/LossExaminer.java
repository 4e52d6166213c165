package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.TokenizedExample;
import io.safefedllm.lab.metric.PreferenceMetrics;
import io.safefedllm.lab.report.HeldOutLoss;
import io.safefedllm.probe.lora.LoraAdapter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares how likely an adapter makes wanted and unwanted replies to held-out questions. Costs one pass forward for each reply, much less than
 * letting the model answer, and has no list of phrases to miss an answer by.
 */
final class LossExaminer implements Examiner {
    private final TrialModel model;
    private final HeldOutReplies replies;
    private final Map<String, Losses> known = new HashMap<>();

    LossExaminer(TrialModel model, HeldOutReplies replies) {
        this.model = model;
        this.replies = replies;
    }

    /** The losses of all replies by one adapter. */
    private static final class Losses {
        private final double[] wanted;
        private final double[] unwanted;

        Losses(double[] wanted, double[] unwanted) {
            this.wanted = wanted;
            this.unwanted = unwanted;
        }
    }

    @Override
    public double roundSafePercent(LoraAdapter adapter) {
        return safePercent(losses(Optional.of(adapter)));
    }

    @Override
    public double endSafePercent(LoraAdapter adapter) {
        return safePercent(losses(Optional.of(adapter)));
    }

    @Override
    public double endUtilityPercent(LoraAdapter adapter) {
        return PreferenceMetrics.utilityPercent(losses(Optional.of(adapter)).wanted);
    }

    @Override
    public Optional<HeldOutLoss> heldOutLoss(LoraAdapter adapter) {
        Losses losses = losses(Optional.of(adapter));
        return Optional.of(
                new HeldOutLoss(PreferenceMetrics.mean(losses.wanted), PreferenceMetrics.mean(losses.unwanted)));
    }

    @Override
    public Map<String, Object> settings() {
        Losses bare = losses(Optional.empty());
        Map<String, Object> used = new LinkedHashMap<>();
        used.put("heldOutWanted", replies.wanted().size());
        used.put("heldOutUnwanted", replies.unwanted().size());
        used.put("unwantedComparedWith", replies.paired() ? "the wanted reply" : "the median of the wanted replies");
        used.put("bareModelSafeAnswersPercent", safePercent(bare));
        used.put("bareModelUtilityPercent", PreferenceMetrics.utilityPercent(bare.wanted));
        used.put("bareModelWantedLoss", PreferenceMetrics.mean(bare.wanted));
        used.put("bareModelUnwantedLoss", PreferenceMetrics.mean(bare.unwanted));
        return used;
    }

    private double safePercent(Losses losses) {
        return replies.paired()
                ? PreferenceMetrics.pairedSafePercent(losses.wanted, losses.unwanted)
                : PreferenceMetrics.unpairedSafePercent(losses.wanted, losses.unwanted);
    }

    private Losses losses(Optional<LoraAdapter> adapter) {
        String key = adapter.map(LoraAdapter::sha256).orElse("");
        Losses losses = known.get(key);
        if (losses == null) {
            losses = new Losses(losses(adapter, replies.wanted()), losses(adapter, replies.unwanted()));
            known.put(key, losses);
        }
        return losses;
    }

    private double[] losses(Optional<LoraAdapter> adapter, List<TokenizedExample> rows) {
        return rows.stream().mapToDouble(row -> model.loss(adapter, row)).toArray();
    }
}
