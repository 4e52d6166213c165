package io.safefedllm.strategy.trust;

import java.util.ArrayList;
import java.util.List;

/** The evidence level's state machine as a table (section 8.1). */
final class EvidenceTable {

    /** What a participation means for the machine. */
    enum Event {
        /** The client is barred: whatever it does. */
        ANY,
        /** A client that is believed, between two audits. */
        UNAUDITED,
        /** An audit with a benign last step, or without a record of it. */
        AUDIT_PASSED,
        /** An audit with a harmful last step. */
        AUDIT_FAILED,
        /** Less evidence than needed, this participation included. */
        TOO_FEW,
        /** Enough evidence, every last step of it harmful. */
        ALL_BAD,
        /** The same where bans are not for good. */
        ALL_BAD_BOUNDED,
        /** Enough evidence, no last step of it harmful. */
        NONE_BAD,
        /** Enough evidence, some last steps harmful. */
        MIXED
    }

    /** What becomes of E, a and F, and which weight counts. */
    enum Action {
        /** Weight 0, nothing changes. */
        REFUSE,
        /** Count towards the next audit; weight F. */
        COUNT,
        /** Start counting anew; weight F. */
        CONFIRM,
        /** Forget everything; weight 0. */
        REVOKE,
        /** Keep the evidence; weight x. */
        GATHER,
        /** Bar for good; weight 0. */
        BAR,
        /** Forget the evidence; weight 0. */
        DROP,
        /** Freeze F, the mean of the factors; weight F, this round too. */
        BELIEVE,
        /** Forget the evidence; weight x. */
        FORGET
    }

    /** One transition. */
    record Row(EvidenceStatus from, Event event, Action action, EvidenceStatus to) {}

    /** Every transition there is; {@link Event#ALL_BAD_BOUNDED} takes the place of ALL_BAD without the permanent freeze. */
    static final List<Row> ROWS = List.of(
            new Row(EvidenceStatus.MALICIOUS, Event.ANY, Action.REFUSE, EvidenceStatus.MALICIOUS),
            new Row(EvidenceStatus.BENIGN, Event.UNAUDITED, Action.COUNT, EvidenceStatus.BENIGN),
            new Row(EvidenceStatus.BENIGN, Event.AUDIT_PASSED, Action.CONFIRM, EvidenceStatus.BENIGN),
            new Row(EvidenceStatus.BENIGN, Event.AUDIT_FAILED, Action.REVOKE, EvidenceStatus.NONE),
            new Row(EvidenceStatus.NONE, Event.TOO_FEW, Action.GATHER, EvidenceStatus.NONE),
            new Row(EvidenceStatus.NONE, Event.ALL_BAD, Action.BAR, EvidenceStatus.MALICIOUS),
            new Row(EvidenceStatus.NONE, Event.ALL_BAD_BOUNDED, Action.DROP, EvidenceStatus.NONE),
            new Row(EvidenceStatus.NONE, Event.NONE_BAD, Action.BELIEVE, EvidenceStatus.BENIGN),
            new Row(EvidenceStatus.NONE, Event.MIXED, Action.FORGET, EvidenceStatus.NONE));

    /** A transition taken: which one, the state after it, and the weight before the floor. */
    record Step(Row row, EvidenceState state, double weight) {}

    private final EvidenceLevelSettings settings;

    EvidenceTable(EvidenceLevelSettings settings) {
        this.settings = settings;
    }

    /** Returns the state of a client that is barred for good. */
    static EvidenceState barred() {
        return new EvidenceState(EvidenceStatus.MALICIOUS, List.of(), 0, 0.0);
    }

    /**
     * Takes the one transition that fits.
     *
     * @param factor x, the shadow curve's weight of this participation
     * @param auditDue whether a client that is believed is audited in this participation
     */
    Step step(EvidenceState state, Participation participation, double factor, boolean auditDue) {
        List<EvidenceState.Entry> entries = new ArrayList<>(state.entries());
        entries.add(new EvidenceState.Entry(factor, participation.last().harmful()));
        Event event =
                switch (state.status()) {
                    case MALICIOUS -> Event.ANY;
                    case BENIGN -> auditEvent(participation, auditDue);
                    case NONE -> evidenceEvent(entries);
                };
        Row row = row(state.status(), event);
        return apply(row, state, entries, factor);
    }

    private static Event auditEvent(Participation participation, boolean auditDue) {
        if (!auditDue) {
            return Event.UNAUDITED;
        }
        return participation.last().harmful() ? Event.AUDIT_FAILED : Event.AUDIT_PASSED;
    }

    private Event evidenceEvent(List<EvidenceState.Entry> entries) {
        if (entries.size() < settings.min()) {
            return Event.TOO_FEW;
        }
        long bad = latest(entries).stream().filter(EvidenceState.Entry::bad).count();
        if (bad == settings.min()) {
            return settings.permanentFreeze() ? Event.ALL_BAD : Event.ALL_BAD_BOUNDED;
        }
        return bad == 0 ? Event.NONE_BAD : Event.MIXED;
    }

    private List<EvidenceState.Entry> latest(List<EvidenceState.Entry> entries) {
        return entries.subList(Math.max(0, entries.size() - settings.min()), entries.size());
    }

    private static Row row(EvidenceStatus status, Event event) {
        return ROWS.stream()
                .filter(row -> row.from() == status && row.event() == event)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no transition from " + status + " at " + event));
    }

    private Step apply(Row row, EvidenceState state, List<EvidenceState.Entry> entries, double factor) {
        EvidenceStatus to = row.to();
        int counter = state.auditCounter();
        double frozen = state.frozenWeight();
        return switch (row.action()) {
            case REFUSE -> new Step(row, state, 0.0);
            case COUNT -> new Step(row, state.withAuditCounter(counter + 1), frozen);
            case CONFIRM -> new Step(row, state.withAuditCounter(0), frozen);
            case REVOKE -> new Step(row, new EvidenceState(to, List.of(), 0, 0.0), 0.0);
            case GATHER -> new Step(row, state.withEntries(entries), factor);
            case BAR -> new Step(row, new EvidenceState(to, entries, 0, 0.0), 0.0);
            case DROP -> new Step(row, state.withEntries(List.of()), 0.0);
            case FORGET -> new Step(row, state.withEntries(List.of()), factor);
            case BELIEVE -> {
                double mean = latest(entries).stream()
                        .mapToDouble(EvidenceState.Entry::factor)
                        .average()
                        .orElseThrow();
                yield new Step(row, new EvidenceState(to, entries, 0, mean), mean);
            }
        };
    }
}
