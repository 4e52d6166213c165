package io.safefedllm.strategy.gate;

import io.safefedllm.strategy.exchange.ReplyCode;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of the firewall that needs all replies of a round: codes 12 and 13 of SF-7.1, duplicates (SF-7.6) and the clip
 * (SF-7.7).
 *
 * <p>First {@link #judge} the round, which changes nothing; when its outcome is known, {@link #settle} it once. Confined to
 * the thread of the rounds.
 */
public final class RoundGate {
    private final RoundGateSettings settings;
    private final ReplayMemory replays;
    private final StepMemory steps;
    private NormReference reference = NormReference.FRESH;

    /**
     * A client that took part.
     *
     * @param nodeId unsigned
     * @param code the gate's code; never {@link ReplyCode#NO_REPLY}
     * @param norm of the submitted update, where the code is OK
     * @param updateSha256 digest of the submitted update, where it got past code 6
     * @param likeness whose work the submitted update looks like; {@link Likeness#NONE} where that was not looked at
     */
    public record Participant(
            long nodeId, ReplyCode code, OptionalDouble norm, Optional<String> updateSha256, Likeness likeness) {
        /**
         * Checks that the parts belong together.
         *
         * @throws IllegalArgumentException if the client is absent, or is admitted without a norm or a digest
         */
        public Participant {
            boolean admitted = code == ReplyCode.OK;
            if (code == ReplyCode.NO_REPLY || (admitted && (norm.isEmpty() || updateSha256.isEmpty()))) {
                throw new IllegalArgumentException("a participant replied, and has norm and digest if admitted");
            }
        }
    }

    /**
     * What a round did with one client.
     *
     * @param code the gate's code, or one that needs the whole round in place of OK
     * @param clip c of SF-7.7, in [0, 1]; 1 for a client that is not admitted
     * @param duplicates how many admitted replies of the round are equal to this one, itself included; 1 where duplicates
     *     do not share and for a client that is not admitted
     * @param copied whose work the reply repeats, where that makes the round harmful for the client
     */
    public record Outcome(ReplyCode code, double clip, int duplicates, Optional<Copied> copied) {
        /** What became of a client that is not admitted. */
        public static Outcome refused(ReplyCode code) {
            return new Outcome(code, 1.0, 1, Optional.empty());
        }
    }

    /**
     * What was found in a round.
     *
     * @param participants the clients that took part
     * @param outcomes by node id, in the order of the participants
     * @param norms the round's lengths; nothing if no reply passed codes 1 to 11
     */
    public record Findings(List<Participant> participants, Map<Long, Outcome> outcomes, Optional<RoundNorms> norms) {
        /** Copies the list and takes an unmodifiable copy of the map in ascending unsigned order. */
        public Findings {
            participants = List.copyOf(participants);
            Map<Long, Outcome> sorted = new TreeMap<>(Long::compareUnsigned);
            sorted.putAll(outcomes);
            outcomes = Collections.unmodifiableMap(sorted);
        }

        /** Returns whose work the update of a client looks like; like nothing for one that did not take part. */
        public Likeness likeness(long nodeId) {
            return participants.stream()
                    .filter(participant -> participant.nodeId() == nodeId)
                    .map(Participant::likeness)
                    .findFirst()
                    .orElse(Likeness.NONE);
        }
    }

    /**
     * All that this gate remembers between rounds.
     *
     * @param reference the length of the last round that was not skipped
     * @param replays digests by client, oldest first
     * @param steps sketches of what the server did of late, oldest first
     */
    public record Snapshot(NormReference reference, Map<Long, List<String>> replays, List<UpdateSketch> steps) {}

    /** Makes a gate that remembers nothing yet. */
    public RoundGate(RoundGateSettings settings) {
        this.settings = settings;
        this.replays = new ReplayMemory(settings.replayWindow());
        this.steps = new StepMemory(strikes() ? stepWindow(settings) : 0);
    }

    /** Free riders are struck whether or not replays are refused: without a window of replays, the usual one holds. */
    private static int stepWindow(RoundGateSettings settings) {
        return settings.replayWindow() == 0 ? RoundGateSettings.DEFAULT_REPLAY_WINDOW : settings.replayWindow();
    }

    /** Returns whether {@link #judge} looks at likenesses. */
    public boolean strikes() {
        return settings.duplicates() == DuplicatePolicy.STRIKE;
    }

    /** Says whose work the updates of a round look like, by unsigned node id. */
    public SortedMap<Long, Likeness> likenesses(Map<Long, UpdateSketch> round) {
        return steps.compare(round);
    }

    /** Judges the clients of a round that took part; absent ones are left out. Changes nothing. */
    public Findings judge(List<Participant> participants) {
        double[] lengths = participants.stream()
                .filter(participant -> participant.code() == ReplyCode.OK)
                .mapToDouble(participant -> participant.norm().orElseThrow())
                .toArray();
        Optional<RoundNorms> norms =
                lengths.length == 0 ? Optional.empty() : Optional.of(reference.measure(settings.norms(), lengths));
        Map<Long, ReplyCode> codes = new HashMap<>();
        participants.forEach(participant -> codes.put(participant.nodeId(), code(participant, norms)));
        List<Participant> admitted = participants.stream()
                .filter(participant -> codes.get(participant.nodeId()) == ReplyCode.OK)
                .toList();
        List<Integer> shares = Duplicates.shares(admitted.stream()
                .map(participant -> participant.updateSha256().orElseThrow())
                .toList());
        Map<Long, Outcome> outcomes = new HashMap<>();
        codes.forEach((node, code) -> outcomes.put(node, Outcome.refused(code)));
        for (int i = 0; i < admitted.size(); i++) {
            Participant participant = admitted.get(i);
            double clip = norms.orElseThrow().scale(participant.norm().orElseThrow());
            int group = settings.duplicates() == DuplicatePolicy.OFF ? 1 : shares.get(i);
            Outcome outcome = new Outcome(ReplyCode.OK, clip, group, copied(participant.likeness(), group));
            outcomes.put(participant.nodeId(), outcome);
        }
        return new Findings(participants, outcomes, norms);
    }

    private Optional<Copied> copied(Likeness likeness, int group) {
        if (!strikes()) {
            return Optional.empty();
        }
        if (likeness.isStep()) {
            return Optional.of(Copied.STEP);
        }
        return group > 1 || likeness.twin().isPresent() ? Optional.of(Copied.REPLY) : Optional.empty();
    }

    private ReplyCode code(Participant participant, Optional<RoundNorms> norms) {
        if (participant.code() != ReplyCode.OK) {
            return participant.code();
        }
        RoundNorms lengths = norms.orElseThrow();
        if (lengths.isOversized(participant.norm().orElseThrow())) {
            return lengths.isExcused(participant.norm().orElseThrow()) ? ReplyCode.OUTGROWN : ReplyCode.OVERSIZED;
        }
        return replays.isReplay(participant.nodeId(), participant.updateSha256().orElseThrow())
                ? ReplyCode.REPLAYED
                : ReplyCode.OK;
    }

    /**
     * Remembers a round that is over: the digests of all for whom it counts, and its length if that counts.
     *
     * @param findings what {@link #judge} said of it
     */
    public void settle(Findings findings, boolean skipped) {
        for (Participant participant : findings.participants()) {
            Outcome outcome = findings.outcomes().get(participant.nodeId());
            if (outcome == null || outcome.code().takesPart()) {
                replays.remember(participant.nodeId(), participant.updateSha256());
            }
        }
        reference =
                findings.norms().map(norms -> reference.after(norms, skipped)).orElse(reference);
    }

    /**
     * Remembers what a round that was applied changed.
     *
     * @param makers how many clients had a weight above 0 in it
     */
    public void remember(UpdateSketch step, int makers) {
        steps.remember(step, makers);
    }

    /** Returns all that this gate remembers. */
    public Snapshot snapshot() {
        return new Snapshot(reference, replays.snapshot(), steps.snapshot());
    }

    /** Puts this gate into the state of a snapshot. */
    public void restore(Snapshot snapshot) {
        reference = snapshot.reference();
        replays.restore(snapshot.replays());
        steps.restore(snapshot.steps());
    }
}
