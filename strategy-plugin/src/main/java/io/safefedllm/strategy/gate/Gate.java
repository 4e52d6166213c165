package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.ReplyCode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The payload firewall: gives each node's replies the first code that applies (SF-7.1: 1 to 6, 9 and 11) and cuts
 * claimed examples (SF-7.2).
 *
 * <p>Both replies of a node are checked alike: a NaN in the shadow adapter refuses the node as one in the main adapter
 * does. Without screening only the form counts (codes 1 to 4). Stateless and thread-safe; changes nothing, throws
 * nothing that a reply can cause.
 */
public final class Gate {
    private final GateSettings settings;
    private final LoraAdapter initial;
    private final List<ViewNorm> zeroChecks;

    /**
     * Makes a gate.
     *
     * @param initial the run's first adapter, which shadow replies started from
     * @param zeroChecks one for each configured view that holds lora_B tensors (lora_A may rightly stay unchanged after
     *     one step from B = 0)
     */
    public Gate(GateSettings settings, LoraAdapter initial, List<ViewNorm> zeroChecks) {
        this.settings = settings;
        this.initial = initial;
        this.zeroChecks = List.copyOf(zeroChecks);
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
        ReplyCode form = replies.form();
        if (form != ReplyCode.OK && (form != ReplyCode.MISSING_EVIDENCE || !settings.screening())) {
            return new Admission.Refused(replies.nodeId(), form, replies.detail(), claimed);
        }
        Optional<LoraUpdate> update = main.map(claim -> difference(global, claim));
        Optional<LoraUpdate> shadowUpdate = shadow.map(claim -> difference(initial, claim));
        ReplyCode code = settings.screening() ? screen(replies, update, shadowUpdate) : ReplyCode.OK;
        if (code != ReplyCode.OK) {
            return new Admission.Refused(replies.nodeId(), code, detail(code, replies, claimed), claimed);
        }
        return new Admission.Admitted(
                replies.nodeId(), update.orElseThrow(), shadowUpdate, claimed, effectiveClaim(claimed));
    }

    private ReplyCode screen(NodeReplies replies, Optional<LoraUpdate> update, Optional<LoraUpdate> shadow) {
        if (!isFinite(update) || !isFinite(shadow)) {
            return ReplyCode.NON_FINITE;
        }
        if (!hasExamples(replies.main()) || !hasExamples(replies.shadow())) {
            return ReplyCode.BAD_NUM_EXAMPLES;
        }
        if (replies.form() == ReplyCode.MISSING_EVIDENCE) {
            return ReplyCode.MISSING_EVIDENCE;
        }
        return isZero(update) || isZero(shadow) ? ReplyCode.ZERO_UPDATE : ReplyCode.OK;
    }

    private static LoraUpdate difference(LoraAdapter base, ClaimedUpdate claim) {
        return LoraUpdate.between(base, LoraAdapter.wrap(claim.layout(), claim.toArray()));
    }

    /** The difference of two finite adapters may overflow; the infinity refuses it all the same. */
    private static boolean isFinite(Optional<LoraUpdate> update) {
        return update.map(LoraUpdate::isFinite).orElse(true);
    }

    private static boolean hasExamples(Optional<DecodeResult> answer) {
        return NodeReplies.claim(answer)
                .map(claim -> claim.claimedExamples().orElse(0) > 0)
                .orElse(true);
    }

    private boolean isZero(Optional<LoraUpdate> update) {
        return update.map(this::isZero).orElse(false);
    }

    private boolean isZero(LoraUpdate update) {
        return update.norm() < settings.zeroEpsilon()
                || zeroChecks.stream().anyMatch(view -> view.of(update) < settings.zeroEpsilon());
    }

    private long effectiveClaim(OptionalLong claimed) {
        long examples = Math.max(0, claimed.orElse(0));
        return settings.screening() ? Math.min(examples, settings.maxNumExamples()) : examples;
    }

    private static String detail(ReplyCode code, NodeReplies replies, OptionalLong claimed) {
        return switch (code) {
            case NON_FINITE -> "NaN or infinity among the values";
            case BAD_NUM_EXAMPLES ->
                "number of examples " + (claimed.isPresent() ? "was " + claimed.getAsLong() : "is no whole number");
            case MISSING_EVIDENCE -> "one of the two tasks was not answered: " + replies.detail();
            case ZERO_UPDATE -> "the adapter came back unchanged where the probe looks";
            default -> replies.detail();
        };
    }
}
