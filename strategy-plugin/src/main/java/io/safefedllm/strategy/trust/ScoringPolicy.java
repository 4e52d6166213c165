package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;
import java.util.ArrayList;
import java.util.List;

/**
 * A level with memory, quarantine and floor (SF-4, SF-7.3 to SF-7.5).
 *
 * <p>Order inside an ordinary participation: level states, omega, trust, window, quarantine, streak (SF-7.5).
 */
final class ScoringPolicy implements TrustPolicy {
    private final TrustSettings settings;
    private final RoundReader reader;
    private final LevelRule rule;
    private final StandingTable standings;

    ScoringPolicy(TrustSettings settings, RoundReader reader, LevelRule rule) {
        this.settings = settings;
        this.reader = reader;
        this.rule = rule;
        this.standings = new StandingTable(settings);
    }

    @Override
    public List<Verdict> weigh(List<Testimony> round, TrustLedger ledger) {
        requireAscending(round);
        List<Participation> participations = reader.read(round);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < round.size(); i++) {
            Testimony testimony = round.get(i);
            Participation participation = participations.get(i).withMaker(testimony.copied());
            verdicts.add(weigh(testimony.nodeId(), participation, ledger));
        }
        return verdicts;
    }

    static void requireAscending(List<Testimony> round) {
        for (int i = 1; i < round.size(); i++) {
            if (Long.compareUnsigned(round.get(i - 1).nodeId(), round.get(i).nodeId()) >= 0) {
                throw new IllegalArgumentException("testimonies must ascend by unsigned node id but "
                        + Long.toUnsignedString(round.get(i).nodeId()) + " follows "
                        + Long.toUnsignedString(round.get(i - 1).nodeId()));
            }
        }
    }

    @Override
    public ShadowNeed shadowNeed(ServerRound round, long nodeId, TrustLedger ledger) {
        return rule.shadowNeed(round, nodeId, state(nodeId, ledger), ledger.auditKey());
    }

    @Override
    public boolean isBanned(long nodeId, TrustLedger ledger) {
        return isBanned(state(nodeId, ledger));
    }

    private ClientState state(long nodeId, TrustLedger ledger) {
        return ledger.client(nodeId).orElseGet(() -> ClientState.fresh(settings));
    }

    private Verdict weigh(long nodeId, Participation participation, TrustLedger ledger) {
        ClientState before = state(nodeId, ledger);
        boolean harmful = participation.isHarmful(settings.level().harmfulShare());
        if (isBanned(before)) {
            return kept(participation, harmful, before, List.of(TrustReason.BANNED));
        }
        if (before.penalty().standing() == Standing.QUARANTINED) {
            StandingTable.Step step = standings.step(before, harmful, 0.0);
            ledger.put(nodeId, step.state());
            boolean ends = step.row().to() == Standing.ACTIVE;
            TrustReason reason = ends ? TrustReason.QUARANTINE_ENDS : TrustReason.QUARANTINED;
            return kept(participation, harmful, step.state(), List.of(reason));
        }
        return ordinary(nodeId, participation, harmful, ledger);
    }

    /** The verdict on a client that was kept out before the round began. */
    private static Verdict kept(
            Participation participation, boolean harmful, ClientState state, List<TrustReason> why) {
        return new Verdict(
                harmful,
                participation.stepShare(),
                0.0,
                state.trust(),
                true,
                state.penalty().level(),
                state.penalty().remaining(),
                SecurityWeight.NONE,
                keys(why, participation.reasons()));
    }

    private Verdict ordinary(long nodeId, Participation participation, boolean harmful, TrustLedger ledger) {
        ClientState before = state(nodeId, ledger);
        boolean paper = settings.memory().kind() == MemoryKind.PAPER;
        LevelRule.Outcome outcome = paper ? rule.paper(before, participation) : rule.hardened(before, participation);
        double omega = barsLevel(participation, harmful, paper) ? 0.0 : outcome.weight();
        StandingTable.Step step = standings.step(outcome.state(), harmful, harmful ? 0.0 : omega);
        ClientState after = step.state();
        ledger.put(nodeId, after);
        boolean locked = step.row().to() == Standing.QUARANTINED;
        double trust = paper ? (locked ? 0.0 : omega) : after.trust();
        boolean lifted = !locked && !barsLevel(participation, harmful, paper) && trust < settings.minWeight();
        return new Verdict(
                harmful,
                participation.stepShare(),
                omega,
                trust,
                false,
                after.penalty().level(),
                after.penalty().remaining(),
                new SecurityWeight(lifted ? settings.minWeight() : trust),
                keys(why(after, outcome, omega, trust, lifted), participation.reasons()));
    }

    /**
     * Whether the level's word does not count. With the trust memory every harmful round is barred; the authors bar none, so
     * that with their memory only a violation is, and a copy, which they do not know.
     */
    private static boolean barsLevel(Participation participation, boolean harmful, boolean paper) {
        return paper ? participation.violation() || participation.copied() : harmful;
    }

    private boolean isBanned(ClientState state) {
        return settings.memory().kind() == MemoryKind.TRUST && state.evidence().status() == EvidenceStatus.MALICIOUS;
    }

    private static List<TrustReason> why(
            ClientState after, LevelRule.Outcome outcome, double omega, double trust, boolean lifted) {
        List<TrustReason> why = new ArrayList<>();
        if (after.penalty().standing() == Standing.QUARANTINED) {
            why.add(TrustReason.QUARANTINE_STARTS);
        }
        if (outcome.state().evidence().status() == EvidenceStatus.MALICIOUS) {
            why.add(TrustReason.BANNED);
        }
        if (outcome.state().evidence().status() == EvidenceStatus.BENIGN) {
            why.add(TrustReason.FROZEN);
        }
        if (trust < omega) {
            why.add(TrustReason.RECOVERING);
        }
        if (lifted) {
            why.add(TrustReason.FLOOR);
        }
        return why;
    }

    private static List<String> keys(List<TrustReason> first, List<TrustReason> second) {
        List<String> keys = new ArrayList<>();
        first.forEach(reason -> keys.add(reason.key()));
        second.forEach(reason -> keys.add(reason.key()));
        return keys;
    }
}
