package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Admission;
import io.safefedllm.strategy.gate.NodeReplies;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Verdict;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One client of an open round: keeps its answers on disk until all are there, then its judgement only. */
final class OpenClient {

    /** An answer without the adapter that it brought, if it brought one: that is in the spool. */
    private sealed interface Kept {
        record Spooled(OptionalLong claimedExamples) implements Kept {}

        record Useless(DecodeResult.Malformed malformed) implements Kept {}
    }

    /** What is known of the client before its weight. */
    record Judgement(ClientReport report, Optional<Evidence> evidence) {
        ClientReport reportWith(Verdict verdict) {
            return new ClientReport(
                    report.nodeId(),
                    report.code(),
                    report.detail(),
                    report.claimedExamples(),
                    report.cappedExamples(),
                    report.scores(),
                    report.norm(),
                    report.updateSha256(),
                    Optional.of(verdict));
        }
    }

    private final long nodeId;
    private final AdapterSpool spool;
    private final RoundEngine engine;
    private final Map<TaskKind, Kept> answers = new EnumMap<>(TaskKind.class);
    private @Nullable Judgement judgement;

    OpenClient(long nodeId, AdapterSpool spool, RoundEngine engine) {
        this.nodeId = nodeId;
        this.spool = spool;
        this.engine = engine;
    }

    static String rowName(long nodeId, TaskKind task) {
        return Long.toUnsignedString(nodeId) + "-" + task.key() + ".f32";
    }

    /** Keeps an answer; a second one to the same task changes nothing. */
    void answer(TaskKind task, DecodeResult result) {
        if (answers.containsKey(task)) {
            return;
        }
        if (result instanceof DecodeResult.Claimed claimed) {
            spool.put(rowName(nodeId, task), claimed.claim().toArray());
            answers.put(task, new Kept.Spooled(claimed.claim().claimedExamples()));
        } else if (result instanceof DecodeResult.Malformed malformed) {
            answers.put(task, new Kept.Useless(malformed));
        }
    }

    boolean isComplete() {
        return answers.size() == (dispatches() ? 2 : 1);
    }

    private boolean dispatches() {
        return engine.settings.evidence().dispatch();
    }

    /** Checks and scores what is there; the first call decides. */
    Judgement judge(LoraAdapter global) {
        Judgement known = judgement;
        if (known == null) {
            NodeReplies replies =
                    new NodeReplies(nodeId, load(TaskKind.MAIN, global), load(TaskKind.SHADOW, global), dispatches());
            known = judge(engine.gate.admit(replies, global));
            judgement = known;
        }
        return known;
    }

    private Optional<DecodeResult> load(TaskKind task, LoraAdapter global) {
        return Optional.ofNullable(answers.get(task)).map(kept -> {
            if (kept instanceof Kept.Spooled spooled) {
                float[] values = spool.get(rowName(nodeId, task));
                return new DecodeResult.Claimed(ClaimedUpdate.wrap(global.layout(), values, spooled.claimedExamples()));
            }
            return ((Kept.Useless) kept).malformed();
        });
    }

    private Judgement judge(Admission admission) {
        if (admission instanceof Admission.Refused refused) {
            return new Judgement(
                    new ClientReport(
                            nodeId,
                            refused.code(),
                            refused.detail(),
                            refused.claimedExamples(),
                            0,
                            List.of(),
                            OptionalDouble.empty(),
                            Optional.empty(),
                            Optional.empty()),
                    Optional.empty());
        }
        Admission.Admitted admitted = (Admission.Admitted) admission;
        Optional<Evidence> evidence = engine.settings.level() == Level.NONE
                ? Optional.empty()
                : Optional.of(engine.evidence.collect(admitted));
        return new Judgement(
                new ClientReport(
                        nodeId,
                        admitted.code(),
                        "",
                        admitted.claimedExamples(),
                        admitted.cappedExamples(),
                        evidence.map(Evidence::all).orElse(List.of()),
                        OptionalDouble.of(admitted.update().norm()),
                        Optional.of(admitted.update().sha256()),
                        Optional.empty()),
                evidence);
    }
}
