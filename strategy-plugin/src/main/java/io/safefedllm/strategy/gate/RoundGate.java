package io.safefedllm.strategy.gate;

import io.safefedllm.strategy.exchange.ReplyCode;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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
    private NormReference reference = NormReference.FRESH;

    /**
     * A client that took part.
     *
     * @param nodeId unsigned
     * @param code the gate's code; never {@link ReplyCode#NO_REPLY}
     * @param norm of the submitted update, where the code is OK
     * @param updateSha256 digest of the submitted update, where it got past code 6
     */
    public record Participant(long nodeId, ReplyCode code, OptionalDouble norm, Optional<String> updateSha256) {
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
     * @param code the gate's code, or 12 or 13 in place of OK
     * @param clip c of SF-7.7, in [0, 1]; 1 for a client that is not admitted
     * @param duplicates how many admitted replies of the round are equal to this one, itself included; 1 where duplicates
     *     do not share and for a client that is not admitted
     */
    public record Outcome(ReplyCode code, double clip, int duplicates) {}

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
    }

    /**
     * All that this gate remembers between rounds.
     *
     * @param reference the length of the last round that was not skipped
     * @param replays digests by client, oldest first
     */
    public record Snapshot(NormReference reference, Map<Long, List<String>> replays) {}

    /** Makes a gate that remembers nothing yet. */
    public RoundGate(RoundGateSettings settings) {
        this.settings = settings;
        this.replays = new ReplayMemory(settings.replayWindow());
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
        codes.forEach((node, code) -> outcomes.put(node, new Outcome(code, 1.0, 1)));
        for (int i = 0; i < admitted.size(); i++) {
            double clip = norms.orElseThrow().scale(admitted.get(i).norm().orElseThrow());
            int group = settings.shareDuplicates() ? shares.get(i) : 1;
            outcomes.put(admitted.get(i).nodeId(), new Outcome(ReplyCode.OK, clip, group));
        }
        return new Findings(participants, outcomes, norms);
    }

    private ReplyCode code(Participant participant, Optional<RoundNorms> norms) {
        if (participant.code() != ReplyCode.OK) {
            return participant.code();
        }
        if (norms.orElseThrow().isOversized(participant.norm().orElseThrow())) {
            return ReplyCode.OVERSIZED;
        }
        return replays.isReplay(participant.nodeId(), participant.updateSha256().orElseThrow())
                ? ReplyCode.REPLAYED
                : ReplyCode.OK;
    }

    /**
     * Remembers a round that is over: the digests of all that took part, and its length unless it was skipped.
     *
     * @param findings what {@link #judge} said of it
     */
    public void settle(Findings findings, boolean skipped) {
        for (Participant participant : findings.participants()) {
            replays.remember(participant.nodeId(), participant.updateSha256());
        }
        if (!skipped && findings.norms().isPresent()) {
            reference = reference.after(findings.norms().get());
        }
    }

    /** Returns all that this gate remembers. */
    public Snapshot snapshot() {
        return new Snapshot(reference, replays.snapshot());
    }

    /** Puts this gate into the state of a snapshot. */
    public void restore(Snapshot snapshot) {
        reference = snapshot.reference();
        replays.restore(snapshot.replays());
    }
}
