package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.StepEvidence;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The part of the firewall that reads records of local steps (SF-7.1, codes 5 and 7 to 10). Stateless. */
final class ReportGate {

    private final ReportRules rules;
    private final EvidencePolicy policy;

    ReportGate(ReportRules rules, EvidencePolicy policy) {
        this.rules = rules;
        this.policy = policy;
    }

    /**
     * Goes through the record of one reply.
     *
     * @param issued the adapter that the task held
     * @param base what is taken off for the scores, where it is not that adapter
     */
    ReportedSteps examine(ClaimedUpdate claim, TaskKind run, IssuedAdapter issued, Optional<LoraAdapter> base) {
        if (rules.need(run) == StepNeed.NONE) {
            return ReportedSteps.none();
        }
        boolean rejects = policy == EvidencePolicy.REJECT;
        Optional<StepEvidence> carried = claim.steps();
        if (carried.isEmpty()) {
            return rejects && rules.requires(run)
                    ? ReportedSteps.refused(missing("the reply carries no record of its steps"), false)
                    : ReportedSteps.none();
        }
        StepEvidence evidence = carried.get();
        StepFinding finding = rejects ? check(evidence, claim, run, issued) : StepFinding.FINE;
        if (finding.code() != ReplyCode.OK) {
            return ReportedSteps.refused(finding, true);
        }
        return ReportedSteps.of(readable(evidence), step -> update(evidence.values(step), issued.adapter(), base));
    }

    private StepFinding check(StepEvidence evidence, ClaimedUpdate claim, TaskKind run, IssuedAdapter issued) {
        if (!evidence.isFinite()) {
            return new StepFinding(ReplyCode.NON_FINITE, "NaN or infinity in the record of the steps");
        }
        Optional<String> stranger = stranger(evidence, issued);
        if (stranger.isPresent()) {
            return new StepFinding(ReplyCode.FINGERPRINT_MISMATCH, stranger.get());
        }
        Optional<String> broken = broken(evidence, run);
        if (broken.isPresent()) {
            return new StepFinding(ReplyCode.BAD_EVIDENCE, broken.get());
        }
        List<Integer> steps = readable(evidence);
        boolean complete = rules.need(run) == StepNeed.ALL
                ? steps.size() == rules.totalSteps()
                : steps.contains(rules.totalSteps());
        if (!complete) {
            return missing("the record has steps " + steps + " of 1 to " + rules.totalSteps());
        }
        if (!isBound(evidence.values(rules.totalSteps()), claim, issued.adapter())) {
            return new StepFinding(
                    ReplyCode.EVIDENCE_MISMATCH,
                    "step " + rules.totalSteps() + " is not the update that was submitted");
        }
        return StepFinding.FINE;
    }

    private Optional<String> stranger(StepEvidence evidence, IssuedAdapter issued) {
        if (!evidence.probeSha256().equals(rules.probeSha256())) {
            return Optional.of("the evidence was made for another probe");
        }
        if (!evidence.baseSha256().equals(issued.sha256())) {
            return Optional.of("the evidence was made from another adapter");
        }
        return evidence.loraASha256().equals(issued.loraASha256())
                ? Optional.empty()
                : Optional.of("the evidence was made with other LoRA A matrices");
    }

    private Optional<String> broken(StepEvidence evidence, TaskKind run) {
        Optional<List<Long>> steps = evidence.steps();
        if (!evidence.isFor(run) || steps.isEmpty()) {
            return Optional.of("the record is not version 1 of a " + run.key() + " run with a list of steps");
        }
        double rate = evidence.learningRate().orElse(Double.NaN);
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            return Optional.of("the record has no positive learning rate");
        }
        List<Long> ids = steps.get();
        if (ids.size() > rules.totalSteps()
                || new HashSet<>(ids).size() != ids.size()
                || ids.stream().anyMatch(id -> id < 1 || id > rules.totalSteps())) {
            return Optional.of("the steps are not distinct numbers of 1 to " + rules.totalSteps());
        }
        if (!evidence.keys().equals(rules.names())) {
            return Optional.of("the keys are not those that were asked for, in their order");
        }
        boolean sized =
                ids.stream().allMatch(id -> evidence.size(id) == rules.keys().size());
        return sized && evidence.stepValues() == ids.size()
                ? Optional.empty()
                : Optional.of(
                        "a step does not have " + rules.keys().size() + " values, or is not in the list of steps");
    }

    /** The steps that can be scored: listed, inside 1 to T, of the size that the views read, each once, ascending. */
    private List<Integer> readable(StepEvidence evidence) {
        if (!evidence.keys().equals(rules.names())) {
            return List.of();
        }
        List<Long> ids = evidence.steps().orElse(List.of());
        return IntStream.rangeClosed(1, rules.totalSteps())
                .filter(step -> ids.contains((long) step)
                        && evidence.size(step) == rules.keys().size())
                .boxed()
                .toList();
    }

    /** Code 10 over the tensors of the views; a NaN is a mismatch. */
    private boolean isBound(float[] last, ClaimedUpdate claim, LoraAdapter start) {
        float[] own = new float[last.length];
        float[] submitted = claim.toArray();
        for (TensorSpec tensor : rules.keys().tensors()) {
            int at = rules.keys().offset(tensor.name());
            int from = claim.layout().offset(tensor.name());
            int started = start.layout().offset(tensor.name());
            for (int i = 0; i < tensor.size(); i++) {
                own[at + i] = submitted[from + i] - start.at(started + i);
            }
        }
        return EvidenceBinding.matches(last, own);
    }

    private LoraUpdate update(float[] step, LoraAdapter start, Optional<LoraAdapter> base) {
        base.ifPresent(other -> move(step, start, other));
        return LoraUpdate.wrap(rules.keys(), step);
    }

    /** Makes a step that counts from {@code start} count from {@code base}. */
    private void move(float[] step, LoraAdapter start, LoraAdapter base) {
        for (TensorSpec tensor : rules.keys().tensors()) {
            int at = rules.keys().offset(tensor.name());
            int started = start.layout().offset(tensor.name());
            int taken = base.layout().offset(tensor.name());
            for (int i = 0; i < tensor.size(); i++) {
                step[at + i] += start.at(started + i) - base.at(taken + i);
            }
        }
    }

    private static StepFinding missing(String detail) {
        return new StepFinding(ReplyCode.MISSING_EVIDENCE, detail);
    }
}
