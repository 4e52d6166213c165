package io.safefedllm.strategy.trust;

import java.util.ArrayList;
import java.util.List;

/** The state machine of trust and quarantine as a table (section 8.2). */
final class StandingTable {

    /** What a participation means for the machine. */
    enum Event {
        /** Clean, omega at least T. */
        RISING,
        /** Clean, omega below T. */
        FALLING,
        /** Harmful, and few in the window. */
        HARMFUL,
        /** Harmful, and too many in the window. */
        STRUCK_OUT,
        /** Clean in quarantine, and more to come. */
        SERVING,
        /** Clean in quarantine, the last one needed. */
        SERVED,
        /** Harmful in quarantine. */
        RELAPSED
    }

    /** What becomes of trust and penalty. */
    enum Action {
        /** T moves towards omega; the streak grows. */
        RECOVER,
        /** T becomes omega; the streak grows. */
        LOWER,
        /** T becomes 0; the streak ends. */
        DISTRUST,
        /** One level up, the window is emptied, T becomes 0; quarantine starts. */
        LOCK,
        /** One participation less to go. */
        COUNT_DOWN,
        /** T is 0, the window empty, the level states fresh; active from the next participation. */
        RELEASE,
        /** The quarantine starts anew with the same length. */
        RESTART
    }

    /** One transition; an absent client takes none. */
    record Row(Standing from, Event event, Action action, Standing to) {}

    /** Every transition there is. */
    static final List<Row> ROWS = List.of(
            new Row(Standing.ACTIVE, Event.RISING, Action.RECOVER, Standing.ACTIVE),
            new Row(Standing.ACTIVE, Event.FALLING, Action.LOWER, Standing.ACTIVE),
            new Row(Standing.ACTIVE, Event.HARMFUL, Action.DISTRUST, Standing.ACTIVE),
            new Row(Standing.ACTIVE, Event.STRUCK_OUT, Action.LOCK, Standing.QUARANTINED),
            new Row(Standing.QUARANTINED, Event.SERVING, Action.COUNT_DOWN, Standing.QUARANTINED),
            new Row(Standing.QUARANTINED, Event.SERVED, Action.RELEASE, Standing.ACTIVE),
            new Row(Standing.QUARANTINED, Event.RELAPSED, Action.RESTART, Standing.QUARANTINED));

    /** A transition taken: which one, and the state after it. */
    record Step(Row row, ClientState state) {}

    private final TrustSettings settings;
    private final PenaltySettings penalty;

    StandingTable(TrustSettings settings) {
        this.settings = settings;
        this.penalty = settings.penalty();
    }

    /**
     * Takes the one transition that fits.
     *
     * @param state with the level states brought up to date if the client is active
     * @param harmful B
     * @param omega the level's weight, 0 in a harmful round; not looked at in quarantine
     */
    Step step(ClientState state, boolean harmful, double omega) {
        Standing from = state.penalty().standing();
        Event event = from == Standing.ACTIVE
                ? activeEvent(state, harmful, omega)
                : quarantineEvent(state.penalty(), harmful);
        Row row = ROWS.stream()
                .filter(candidate -> candidate.from() == from && candidate.event() == event)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no transition from " + from + " at " + event));
        return new Step(row, apply(row.action(), state, omega).withRun(harmful));
    }

    private Event activeEvent(ClientState state, boolean harmful, double omega) {
        if (!harmful) {
            return omega >= state.trust() ? Event.RISING : Event.FALLING;
        }
        long strikes = window(state.penalty(), true).stream().filter(bad -> bad).count();
        return penalty.enabled() && strikes >= penalty.strikes() ? Event.STRUCK_OUT : Event.HARMFUL;
    }

    private static Event quarantineEvent(PenaltyState state, boolean harmful) {
        if (harmful) {
            return Event.RELAPSED;
        }
        return state.remaining() > 1 ? Event.SERVING : Event.SERVED;
    }

    private ClientState apply(Action action, ClientState state, double omega) {
        PenaltyState before = state.penalty();
        double trust = state.trust();
        return switch (action) {
            case RECOVER ->
                state.withTrust(trust + settings.memory().recovery() * (omega - trust))
                        .withPenalty(clean(before));
            case LOWER -> state.withTrust(omega).withPenalty(clean(before));
            case DISTRUST ->
                state.withTrust(0.0).withPenalty(new PenaltyState(window(before, true), before.level(), 0, 0));
            case LOCK -> locked(state, before.level() + 1);
            case COUNT_DOWN ->
                state.withPenalty(
                        new PenaltyState(before.window(), before.level(), before.remaining() - 1, before.streak()));
            case RELEASE ->
                state.withTrust(0.0)
                        .withPenalty(new PenaltyState(List.of(), before.level(), 0, 0))
                        .withFreshLevels(settings);
            case RESTART -> locked(state, before.level());
        };
    }

    private ClientState locked(ClientState state, int level) {
        return state.withTrust(0.0).withPenalty(new PenaltyState(List.of(), level, penalty.length(level), 0));
    }

    /** A clean participation: a long enough streak undoes one doubling. */
    private PenaltyState clean(PenaltyState before) {
        int streak = before.streak() + 1;
        boolean forgiven = streak >= penalty.forgiveAfter();
        int level = forgiven ? Math.max(0, before.level() - 1) : before.level();
        return new PenaltyState(window(before, false), level, 0, forgiven ? 0 : streak);
    }

    private List<Boolean> window(PenaltyState before, boolean harmful) {
        List<Boolean> window = new ArrayList<>(before.window());
        window.add(harmful);
        return window.subList(Math.max(0, window.size() - penalty.window()), window.size());
    }
}
