package io.safefedllm.lab.attack;

import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.lab.formula.AdapterParts;
import io.safefedllm.lab.formula.OwnFormulas;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Attacks on the protocol: replies without work, without sense, or with evidence of something else (AT-14, AT-17, AT-19). */
final class ProtocolAttacks {
    private ProtocolAttacks() {}

    static Attack freeRider(Settings settings) {
        String kind = settings.word("kind", "delta", "noise", "zero");
        return ScriptedAttack.plain(settings, turn -> {
            int width = turn.global().layout().size();
            Optional<LoraAdapter> now = turn.shadow() ? turn.mainGlobal() : Optional.of(turn.global());
            Optional<LoraAdapter> before = turn.globalBefore();
            double[] update = new double[width];
            if (!kind.equals("zero") && now.isPresent() && before.isPresent()) {
                double[] last = HostileTurn.widened(now.get().toArray());
                double[] earlier = HostileTurn.widened(
                        before.get().arrangedAs(now.get().layout()).toArray());
                update = kind.equals("delta")
                        ? OwnFormulas.freeRiderDelta(last, earlier)
                        : OwnFormulas.freeRiderNoise(last, earlier, turn.ownNormals());
            }
            return turn.untrained(turn.update(update));
        });
    }

    static Attack nonFinite(Settings settings) {
        float value =
                switch (settings.word("value", "nan", "inf", "-inf")) {
                    case "nan" -> Float.NaN;
                    case "inf" -> Float.POSITIVE_INFINITY;
                    default -> Float.NEGATIVE_INFINITY;
                };
        boolean one = settings.word("count", "all", "one").equals("one");
        String where = settings.word("where", "adapter", "evidence", "both");
        return ScriptedAttack.plain(settings, turn -> {
            RecordDict reply = turn.benign();
            boolean spoilt = turn.shadow() ? !where.equals("adapter") : !where.equals("evidence");
            if (spoilt) {
                float[] values = turn.global().toArray();
                Arrays.fill(values, 0, one ? 1 : values.length, value);
                reply = Replies.withAdapter(
                        reply, LoraAdapter.wrap(turn.global().layout(), values));
            }
            return where.equals("adapter")
                    ? reply
                    : Replies.withEvidence(
                            reply,
                            evidence -> Replies.withSteps(evidence, bytes -> StepBytes.filled(bytes, one, value)));
        });
    }

    static Attack forgedEvidence(Settings settings) {
        RowPoisoning poisoning = DataAttacks.poisoning(settings);
        return switch (settings.word("kind", "benign", "none", "steps", "zero-first-layer")) {
            case "benign" ->
                ScriptedAttack.harmful(
                        settings,
                        turn -> turn.shadow()
                                ? turn.benign()
                                : Replies.withEvidenceOf(turn.poisoned(poisoning), turn.benign()));
            case "none" ->
                ScriptedAttack.harmful(settings, turn -> {
                    if (turn.shadow()) {
                        throw new IllegalStateException("no answer to a shadow task, on purpose");
                    }
                    return Replies.withoutEvidence(turn.poisoned(poisoning));
                });
            case "steps" ->
                ScriptedAttack.harmful(
                        settings,
                        turn -> Replies.withEvidence(turn.poisoned(poisoning), evidence -> {
                            evidence.put("steps", List.of(1L, 1L, -1L, Long.MAX_VALUE));
                            return evidence;
                        }));
            default -> ScriptedAttack.harmful(settings, turn -> withoutFirstLayer(turn, poisoning));
        };
    }

    private static RecordDict withoutFirstLayer(HostileTurn turn, RowPoisoning poisoning) throws Exception {
        RecordDict reply = turn.poisoned(poisoning);
        AdapterLayout layout = turn.global().layout();
        if (turn.shadow()) {
            LoraUpdate update = AdapterParts.withoutFirst(turn.updateOf(reply));
            reply = Replies.withAdapter(reply, turn.global().plus(update));
        }
        Set<String> first =
                new HashSet<>(FeatureKeys.of(ViewSelector.FIRST_B, layout).names());
        return Replies.withEvidence(reply, evidence -> zeroed(evidence, layout, first));
    }

    private static Map<String, Object> zeroed(Map<String, Object> evidence, AdapterLayout layout, Set<String> names) {
        if (!(evidence.get("keys") instanceof List<?> keys)) {
            return evidence;
        }
        return Replies.withSteps(evidence, bytes -> StepBytes.zeroed(bytes, keys, layout, names));
    }
}
