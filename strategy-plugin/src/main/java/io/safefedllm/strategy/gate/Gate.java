package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The payload firewall: gives each node's replies the first code that applies (SF-7.1, codes 1 to 11) and cuts claimed
 * examples (SF-7.2). Codes 12 and 13 need the whole round: {@link RoundGate}.
 *
 * <p>Both replies of a node are checked alike: a NaN in the shadow adapter refuses the node as one in the main adapter
 * does. Where {@code delta-base} makes the scores count from another adapter than the task's, the differences from both are
 * checked: what a view reads must be neither empty nor infinite, whichever it reads. Records of local steps are gone through reply by reply with {@link #examine}, so that nothing of them has to be
 * kept but the finding, which {@link #admit} puts into its place among the codes.
 *
 * <p>Where evidence is trusted ({@code evidence-policy = trust}, the default of paper-faithful mode) only what cannot be
 * averaged at all is refused: no main reply, other names, other shapes, element types that are no floats (codes 1 to 4 of
 * the main reply). NaN, infinities, unchanged and oversized adapters, claims of any number of examples and forged,
 * partial or missing records get through as they do in the authors' code; a shadow reply or a record that cannot be read
 * counts as none. Without screening, too, only the form counts.
 *
 * <p>Stateless and thread-safe; changes nothing, throws nothing that a reply can cause.
 */
public final class Gate {
    private final GateSettings settings;
    private final IssuedAdapter initial;
    private final List<ViewNorm> zeroChecks;
    private final Optional<ReportGate> reports;

    /** Makes a gate that ignores records of local steps (sources {@code reply} and {@code dispatch}). */
    public Gate(GateSettings settings, LoraAdapter initial, List<ViewNorm> zeroChecks) {
        this(settings, initial, zeroChecks, Optional.empty());
    }

    /**
     * Makes a gate.
     *
     * @param initial the run's first adapter, which shadow replies started from
     * @param zeroChecks one for each configured view that holds lora_B tensors (lora_A may rightly stay unchanged after
     *     one step from B = 0)
     * @param reports what records of local steps must look like, where they are evidence
     */
    public Gate(GateSettings settings, LoraAdapter initial, List<ViewNorm> zeroChecks, Optional<ReportRules> reports) {
        this.settings = settings;
        this.initial = IssuedAdapter.of(initial);
        this.zeroChecks = List.copyOf(zeroChecks);
        this.reports =
                reports.filter(rules -> settings.screening()).map(rules -> new ReportGate(rules, settings.policy()));
    }

    /**
     * Goes through the record of local steps that a reply carries (SF-7.1, codes 5 and 7 to 10).
     *
     * <p>No step is decoded before number, names and sizes are found to be those that the views read. Step T is bound to the
     * adapter of the same reply: that of the main run to the submitted one, that of the shadow run to the shadow adapter.
     *
     * @param run the task that was answered
     * @param global this round's adapter
     */
    public ReportedSteps examine(ClaimedUpdate claim, TaskKind run, IssuedAdapter global) {
        IssuedAdapter issued = run == TaskKind.MAIN ? global : initial;
        return reports.map(gate -> gate.examine(claim, run, issued, otherBase(run, global.adapter())))
                .orElse(ReportedSteps.none());
    }

    /**
     * Judges a node's replies to this round's adapter.
     *
     * @throws IllegalArgumentException if a claim was read for another layout than the adapter's
     */
    public Admission admit(NodeReplies replies, LoraAdapter global) {
        Optional<ClaimedUpdate> main = NodeReplies.claim(replies.main());
        Optional<ClaimedUpdate> shadow = NodeReplies.claim(replies.shadow());
        OptionalLong claimed = main.map(ClaimedUpdate::claimedExamples).orElse(OptionalLong.empty());
        ReplyCode form = settings.refuses() ? replies.form() : replies.mainForm();
        if (form != ReplyCode.OK && form != ReplyCode.MISSING_EVIDENCE) {
            return new Admission.Refused(replies.nodeId(), form, replies.detail(), claimed, Optional.empty());
        }
        Optional<Change> change = main.map(claim -> change(global, otherBase(TaskKind.MAIN, global), claim));
        Optional<Change> second =
                shadow.map(claim -> change(initial.adapter(), otherBase(TaskKind.SHADOW, global), claim));
        if (settings.refuses()) {
            ReplyCode code = screen(replies, form, Stream.concat(change.stream(), second.stream()));
            if (code != ReplyCode.OK) {
                return refused(replies, code, claimed, change.map(Change::made));
            }
        }
        return new Admission.Admitted(
                replies.nodeId(),
                change.orElseThrow().made(),
                change.orElseThrow().judged(),
                second.map(Change::judged),
                claimed,
                effectiveClaim(claimed));
    }

    /**
     * What a reply changed.
     *
     * @param made since the adapter of the task
     * @param other since the base of the scores, where {@code delta-base} makes that another adapter (SF-1.5)
     */
    private record Change(LoraUpdate made, Optional<LoraUpdate> other) {
        LoraUpdate judged() {
            return other.orElse(made);
        }

        Stream<LoraUpdate> updates() {
            return Stream.concat(Stream.of(made), other.stream());
        }
    }

    private static Change change(LoraAdapter issued, Optional<LoraAdapter> base, ClaimedUpdate claim) {
        return new Change(difference(issued, claim), base.map(other -> difference(other, claim)));
    }

    private static Admission refused(
            NodeReplies replies, ReplyCode code, OptionalLong claimed, Optional<LoraUpdate> update) {
        Optional<String> digest = update.filter(any -> code.isPastContent()).map(LoraUpdate::sha256);
        return new Admission.Refused(replies.nodeId(), code, detail(code, replies, claimed), claimed, digest);
    }

    private ReplyCode screen(NodeReplies replies, ReplyCode form, Stream<Change> changes) {
        List<LoraUpdate> updates = changes.flatMap(Change::updates).toList();
        ReplyCode steps = replies.steps().code();
        if (!updates.stream().allMatch(LoraUpdate::isFinite) || steps == ReplyCode.NON_FINITE) {
            return ReplyCode.NON_FINITE;
        }
        if (!hasExamples(replies.main()) || !hasExamples(replies.shadow())) {
            return ReplyCode.BAD_NUM_EXAMPLES;
        }
        ReplyCode evidence = form.compareTo(steps) <= 0 ? form : steps;
        if (evidence != ReplyCode.OK) {
            return evidence;
        }
        return updates.stream().anyMatch(this::isZero) ? ReplyCode.ZERO_UPDATE : ReplyCode.OK;
    }

    /** What is taken off a run's adapter before it is scored, where that is not what the run started from (SF-1.5). */
    private Optional<LoraAdapter> otherBase(TaskKind run, LoraAdapter global) {
        return switch (settings.deltaBase()) {
            case AUTO -> Optional.empty();
            case GLOBAL -> run == TaskKind.MAIN ? Optional.empty() : Optional.of(global);
            case INITIAL -> run == TaskKind.MAIN ? Optional.of(initial.adapter()) : Optional.empty();
        };
    }

    /** The difference of two finite adapters may overflow; the infinity refuses it all the same. */
    private static LoraUpdate difference(LoraAdapter base, ClaimedUpdate claim) {
        return LoraUpdate.between(base, LoraAdapter.wrap(claim.layout(), claim.toArray()));
    }

    private static boolean hasExamples(Optional<DecodeResult> answer) {
        return NodeReplies.claim(answer)
                .map(claim -> claim.claimedExamples().orElse(0) > 0)
                .orElse(true);
    }

    private boolean isZero(LoraUpdate update) {
        return update.norm() < settings.zeroEpsilon()
                || zeroChecks.stream().anyMatch(view -> view.isBelow(update, settings.zeroEpsilon()));
    }

    private long effectiveClaim(OptionalLong claimed) {
        long examples = Math.max(0, claimed.orElse(0));
        return settings.screening()
                ? Math.min(examples, settings.maxNumExamples().orElse(Long.MAX_VALUE))
                : examples;
    }

    private static String detail(ReplyCode code, NodeReplies replies, OptionalLong claimed) {
        return switch (code) {
            case NON_FINITE -> "NaN or infinity among the values";
            case BAD_NUM_EXAMPLES ->
                "number of examples " + (claimed.isPresent() ? "was " + claimed.getAsLong() : "is no whole number");
            case ZERO_UPDATE -> "the adapter came back unchanged where the probe looks";
            case MISSING_EVIDENCE ->
                replies.steps().code() == code
                        ? replies.steps().detail()
                        : "one of the two tasks was not answered: " + replies.detail();
            default -> replies.steps().detail();
        };
    }
}
