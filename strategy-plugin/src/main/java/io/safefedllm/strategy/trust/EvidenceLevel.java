package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;

/** Shadow runs until a client has earned trust, audits afterwards (SF-4.5, SF-7.10). */
final class EvidenceLevel implements LevelRule {
    private final TrustSettings settings;
    private final EvidenceTable table;

    EvidenceLevel(TrustSettings settings) {
        this.settings = settings;
        this.table = new EvidenceTable(settings.evidence());
    }

    @Override
    public Outcome paper(ClientState state, Participation participation) {
        double factor = LevelCurves.shadow(
                participation.sampleShare(settings.recipe()), settings.level().eta());
        EvidenceTable.Step step =
                table.step(state.evidence(), participation, factor, isAuditDue(state.evidence(), participation));
        return new Outcome(state.withEvidence(step.state()), step.weight());
    }

    private boolean isAuditDue(EvidenceState state, Participation participation) {
        boolean counted = settings.evidence().audit() == AuditKind.COUNTER && isCounterDue(state);
        return counted || participation.audited();
    }

    private boolean isCounterDue(EvidenceState state) {
        return state.auditCounter() + 1 >= settings.evidence().auditInterval();
    }

    @Override
    public Outcome hardened(ClientState state, Participation participation) {
        double weight =
                LevelCurves.shadow(participation.stepShare(), settings.level().eta());
        int counter = participation.audited() ? 0 : state.evidence().auditCounter() + 1;
        EvidenceState next = isBarred(state, participation)
                ? EvidenceTable.barred()
                : state.evidence().withAuditCounter(counter);
        return new Outcome(state.withEvidence(next), weight);
    }

    /** With the permanent freeze, so many harmful participations on end bar a client for good. */
    private boolean isBarred(ClientState state, Participation participation) {
        return settings.evidence().permanentFreeze()
                && participation.isHarmful(settings.level().harmfulShare())
                && state.harmfulRun() + 1 >= settings.evidence().min();
    }

    @Override
    public ShadowNeed shadowNeed(ServerRound round, long nodeId, ClientState state, AuditKey key) {
        if (state.evidence().status() == EvidenceStatus.MALICIOUS) {
            return ShadowNeed.NONE;
        }
        if (!isSettled(state)) {
            return ShadowNeed.WITH_MAIN;
        }
        return switch (settings.evidence().audit()) {
            case COUNTER -> isCounterDue(state.evidence()) ? ShadowNeed.WITH_MAIN : ShadowNeed.NONE;
            case RANDOM ->
                key.draw(round, nodeId) < settings.evidence().auditProbability()
                        ? ShadowNeed.AFTER_MAIN
                        : ShadowNeed.NONE;
        };
    }

    /** Whether a client has earned trust: its last participations were clean and it is not kept out (SF-7.10). */
    private boolean isSettled(ClientState state) {
        if (state.penalty().standing() == Standing.QUARANTINED) {
            return false;
        }
        return switch (settings.memory().kind()) {
            case PAPER -> state.evidence().status() == EvidenceStatus.BENIGN;
            case TRUST -> state.cleanRun() >= settings.evidence().min();
        };
    }
}
