package io.safefedllm.strategy.round;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.EvidenceSource;
import io.safefedllm.strategy.evidence.RunScores;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Admission;
import io.safefedllm.strategy.gate.NodeReplies;
import io.safefedllm.strategy.gate.ReportedSteps;
import io.safefedllm.strategy.gate.StepFinding;
import io.safefedllm.strategy.gate.UpdateSketch;
import io.safefedllm.strategy.journal.Inspection;
import io.safefedllm.strategy.journal.Submission;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.ShadowNeed;
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
        record Spooled(OptionalLong claimedExamples, Reported reported) implements Kept {}

        record Useless(DecodeResult.Malformed malformed) implements Kept {}
    }

    /** What came of the local steps that an answer reports. */
    private record Reported(StepFinding finding, RunScores scores, Optional<String> sha256) {
        static final Reported NOTHING = new Reported(StepFinding.FINE, RunScores.NONE, Optional.empty());
    }

    /** What is known of the client before the round is compared and weighed. */
    record Judgement(long nodeId, ReplyCode code, String detail, Submission submission, Inspection inspection) {}

    private final long nodeId;
    private final OpenRound round;
    private final AdapterSpool spool;
    private final RoundEngine engine;
    private final ShadowNeed need;
    private final Map<TaskKind, Kept> answers = new EnumMap<>(TaskKind.class);
    private boolean shadowAsked;
    private @Nullable Judgement judgement;
    private @Nullable List<ViewScore> opinions;
    private @Nullable Submission submission;

    OpenClient(long nodeId, OpenRound round, ShadowNeed need) {
        this.nodeId = nodeId;
        this.round = round;
        this.spool = round.spool;
        this.engine = round.engine;
        this.need = need;
        this.shadowAsked = need == ShadowNeed.WITH_MAIN;
    }

    static String rowName(long nodeId, TaskKind task) {
        return Long.toUnsignedString(nodeId) + "-" + task.key() + ".f32";
    }

    ShadowNeed need() {
        return need;
    }

    /**
     * Keeps an answer; a second one to the same task, and one to a task that was not set, change nothing.
     *
     * @return whether it was kept
     */
    boolean keep(TaskKind task, DecodeResult result) {
        if (answers.containsKey(task) || (task == TaskKind.SHADOW && !shadowAsked)) {
            return false;
        }
        if (result instanceof DecodeResult.Claimed claimed) {
            spool.put(rowName(nodeId, task), claimed.claim().toArray());
            answers.put(task, new Kept.Spooled(claimed.claim().claimedExamples(), Reported.NOTHING));
        } else if (result instanceof DecodeResult.Malformed malformed) {
            answers.put(task, new Kept.Useless(malformed));
        }
        return true;
    }

    /**
     * Goes through an answer that {@link #keep} has kept: scores the steps that it reports, and judges the client when
     * nothing is missing.
     *
     * @return whether the client must be asked for a shadow run now that its main update is committed (SF-7.10)
     */
    boolean examine(TaskKind task, DecodeResult result) {
        if (!(result instanceof DecodeResult.Claimed claimed)) {
            return false;
        }
        answers.put(task, new Kept.Spooled(claimed.claim().claimedExamples(), report(task, claimed.claim())));
        if (task == TaskKind.MAIN && need == ShadowNeed.AFTER_MAIN && !shadowAsked) {
            shadowAsked = true;
            return true;
        }
        if (!isComplete()) {
            return false;
        }
        judgement = judge(Map.of(task, claimed.claim()));
        return !shadowAsked && mayBeAudited() && askAgain();
    }

    private boolean mayBeAudited() {
        return RoundEngine.auditsOnSuspicion(engine.settings)
                && !engine.parts.policy().isBanned(nodeId, engine.memory.ledger());
    }

    /** A task never reached the client, which is no fault of its own: it counts as absent. */
    void undelivered() {
        judgement = new Judgement(
                nodeId,
                ReplyCode.NO_REPLY,
                "the platform did not take a task for it",
                Submission.NOTHING,
                Inspection.none(shadowAsked));
    }

    private boolean isComplete() {
        return answers.containsKey(TaskKind.MAIN) && (!shadowAsked || answers.containsKey(TaskKind.SHADOW));
    }

    private Reported report(TaskKind task, ClaimedUpdate claim) {
        return round.issued
                .map(issued -> {
                    ReportedSteps steps = engine.gate.examine(claim, task, issued);
                    Optional<String> digest = steps.steps().stream()
                            .reduce((before, last) -> last)
                            .map(last -> steps.update(last).sha256());
                    return new Reported(steps.finding(), engine.evidence.score(task, steps), digest);
                })
                .orElse(Reported.NOTHING);
    }

    private boolean askAgain() {
        boolean suspicious = judgement != null
                && judgement.inspection().evidence().map(Evidence::isSuspicious).orElse(false);
        if (suspicious) {
            judgement = null;
            shadowAsked = true;
        }
        return suspicious;
    }

    /** Returns the judgement; what is missing by now does not come any more. */
    Judgement judgement() {
        Judgement known = judgement;
        if (known == null) {
            known = judge(Map.of());
            judgement = known;
        }
        return known;
    }

    /** Checks and scores what is there; adapters that are not at hand are read back. */
    private Judgement judge(Map<TaskKind, ClaimedUpdate> atHand) {
        NodeReplies replies = new NodeReplies(
                nodeId,
                load(TaskKind.MAIN, atHand),
                load(TaskKind.SHADOW, atHand),
                shadowAsked,
                reported(TaskKind.MAIN).finding(),
                reported(TaskKind.SHADOW).finding());
        return judge(engine.gate.admit(replies, round.global));
    }

    private Optional<DecodeResult> load(TaskKind task, Map<TaskKind, ClaimedUpdate> atHand) {
        ClaimedUpdate claim = atHand.get(task);
        if (claim != null) {
            return Optional.of(new DecodeResult.Claimed(claim));
        }
        return Optional.ofNullable(answers.get(task)).map(kept -> {
            if (kept instanceof Kept.Spooled spooled) {
                float[] values = spool.get(rowName(nodeId, task));
                return new DecodeResult.Claimed(
                        ClaimedUpdate.wrap(round.global.layout(), values, spooled.claimedExamples()));
            }
            return ((Kept.Useless) kept).malformed();
        });
    }

    private Reported reported(TaskKind task) {
        return answers.get(task) instanceof Kept.Spooled spooled ? spooled.reported() : Reported.NOTHING;
    }

    private Judgement judge(Admission admission) {
        if (admission instanceof Admission.Refused refused) {
            return new Judgement(
                    nodeId,
                    refused.code(),
                    refused.detail(),
                    new Submission(
                            refused.claimedExamples(),
                            0,
                            OptionalDouble.empty(),
                            refused.updateSha256(),
                            Optional.empty()),
                    Inspection.none(shadowAsked));
        }
        Admission.Admitted admitted = (Admission.Admitted) admission;
        return new Judgement(
                nodeId,
                admitted.code(),
                "",
                submission(admitted),
                engine.settings.level() == Level.NONE ? Inspection.none(shadowAsked) : inspect(admitted));
    }

    /** What is said of the main update is the same after an audit as before. */
    private Submission submission(Admission.Admitted admitted) {
        Submission known = submission;
        if (known == null) {
            known = new Submission(
                    admitted.claimedExamples(),
                    admitted.cappedExamples(),
                    OptionalDouble.of(admitted.update().norm()),
                    admitted.updateSha256(),
                    sketch(admitted.update()));
            submission = known;
        }
        return known;
    }

    private Optional<UpdateSketch> sketch(LoraUpdate update) {
        return engine.memory.roundGate().strikes()
                ? Optional.of(UpdateSketch.of(
                        update, engine.memory.ledger().auditKey().sketchSeed()))
                : Optional.empty();
    }

    private Inspection inspect(Admission.Admitted admitted) {
        Reported main = reported(TaskKind.MAIN);
        Reported shadow = reported(TaskKind.SHADOW);
        Evidence evidence = engine.evidence.collect(
                admitted, shadowAsked, main.scores(), shadow.scores(), opinions(admitted.update()));
        Reported run = shadowAsked ? shadow : main;
        if (run.scores().reported()) {
            return new Inspection(shadowAsked, Optional.of(EvidenceSource.REPORT), Optional.of(evidence), run.sha256());
        }
        Optional<String> digest = shadowAsked ? admitted.shadow().map(LoraUpdate::sha256) : Optional.empty();
        EvidenceSource source = shadowAsked ? EvidenceSource.DISPATCH : EvidenceSource.REPLY;
        return new Inspection(shadowAsked, Optional.of(source), Optional.of(evidence), digest);
    }

    private List<ViewScore> opinions(LoraUpdate update) {
        List<ViewScore> known = opinions;
        if (known == null) {
            known = engine.evidence.secondOpinions(update);
            opinions = known;
        }
        return known;
    }

    /** Returns the nodes' rows that an aggregation may read. */
    static List<String> rows(List<Long> nodes) {
        return nodes.stream().map(node -> rowName(node, TaskKind.MAIN)).toList();
    }
}
