package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.trust.StandingTable.Event;
import io.safefedllm.strategy.trust.StandingTable.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StandingTableTest {
    private final StandingTable table = new StandingTable(TrustSettings.DEFAULTS);

    /** What each event needs to come about: a state, whether the round is harmful, and omega. */
    private record Cause(ClientState state, boolean harmful, double omega) {}

    private static final Map<Event, Cause> CAUSES = causes();

    private static Map<Event, Cause> causes() {
        List<Boolean> twoStrikes = List.of(true, false, true);
        Map<Event, Cause> causes = new EnumMap<>(Event.class);
        causes.put(Event.RISING, new Cause(state(0.5, List.of(), 1, 0, 3), false, 0.5));
        causes.put(Event.FALLING, new Cause(state(0.5, List.of(), 1, 0, 3), false, 0.4));
        causes.put(Event.HARMFUL, new Cause(state(0.5, List.of(true), 1, 0, 3), true, 0.0));
        causes.put(Event.STRUCK_OUT, new Cause(state(0.5, twoStrikes, 1, 0, 3), true, 0.0));
        causes.put(Event.SERVING, new Cause(state(0.0, List.of(), 2, 4, 0), false, 0.0));
        causes.put(Event.SERVED, new Cause(state(0.0, List.of(), 2, 1, 0), false, 0.0));
        causes.put(Event.RELAPSED, new Cause(state(0.0, List.of(), 2, 1, 0), true, 0.0));
        return causes;
    }

    private static ClientState state(double trust, List<Boolean> window, int level, int remaining, int streak) {
        return ClientState.fresh(TrustSettings.DEFAULTS)
                .withTrust(trust)
                .withBeta(100, 50)
                .withPenalty(new PenaltyState(window, level, remaining, streak));
    }

    static List<Row> rows() {
        return StandingTable.ROWS;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void step_everyRow_isTakenAndLeadsWhereItSays(Row row) {
        Cause cause = Objects.requireNonNull(CAUSES.get(row.event()));

        StandingTable.Step step = table.step(cause.state(), cause.harmful(), cause.omega());

        assertThat(step.row()).isEqualTo(row);
        assertThat(cause.state().penalty().standing()).isEqualTo(row.from());
        assertThat(step.state().penalty().standing()).isEqualTo(row.to());
        PenaltyState after = step.state().penalty();
        double trust = step.state().trust();
        switch (row.action()) {
            case RECOVER -> {
                assertThat(trust).isEqualTo(0.5);
                assertThat(after).isEqualTo(new PenaltyState(List.of(false), 1, 0, 4));
            }
            case LOWER -> {
                assertThat(trust).isEqualTo(0.4);
                assertThat(after).isEqualTo(new PenaltyState(List.of(false), 1, 0, 4));
            }
            case DISTRUST -> {
                assertThat(trust).isZero();
                assertThat(after).isEqualTo(new PenaltyState(List.of(true, true), 1, 0, 0));
            }
            case LOCK -> {
                assertThat(trust).isZero();
                assertThat(after).isEqualTo(new PenaltyState(List.of(), 2, 4, 0));
            }
            case COUNT_DOWN -> assertThat(after).isEqualTo(new PenaltyState(List.of(), 2, 3, 0));
            case RELEASE -> {
                assertThat(trust).isZero();
                assertThat(after).isEqualTo(new PenaltyState(List.of(), 2, 0, 0));
                assertThat(step.state().alpha()).isEqualTo(1.0);
            }
            case RESTART -> assertThat(after).isEqualTo(new PenaltyState(List.of(), 2, 4, 0));
        }
    }

    @Test
    void rows_stateAndEvent_areThereOnce() {
        assertThat(StandingTable.ROWS.stream().map(row -> List.of(row.from(), row.event())))
                .doesNotHaveDuplicates();
        assertThat(StandingTable.ROWS.stream().map(Row::event)).containsExactlyInAnyOrder(Event.values());
    }

    @Test
    void step_anyHistory_visitsEveryRowAndNothingElse() {
        Random dice = new Random(9);
        List<Row> visited = new ArrayList<>();
        ClientState state = ClientState.fresh(TrustSettings.DEFAULTS);
        for (int i = 0; i < 2000; i++) {
            boolean harmful = dice.nextInt(4) == 0;
            StandingTable.Step step = table.step(state, harmful, harmful ? 0.0 : dice.nextDouble());
            visited.add(step.row());
            state = step.state();

            assertThat(state.penalty().remaining()).isLessThanOrEqualTo(16);
            assertThat(state.penalty().window()).hasSizeLessThanOrEqualTo(10);
        }
        assertThat(Set.copyOf(visited)).isEqualTo(Set.copyOf(StandingTable.ROWS));
    }

    @Test
    void step_absentClient_changesNothing() {
        TrustPolicy policy = TrustPolicies.of(Level.SHADOW, TrustSettings.DEFAULTS);
        TrustLedger ledger = TrustPolicyContract.ledger();
        policy.weigh(List.of(Testimonies.scored(5, 0.99)), ledger);
        ClientState before = ledger.client(5).orElseThrow();

        policy.weigh(List.of(Testimonies.scored(6, 0.01)), ledger);

        assertThat(ledger.client(5)).hasValue(before);
    }

    @Test
    void step_quarantinesOnEnd_doubleUpToTheMost() {
        ClientState state = ClientState.fresh(TrustSettings.DEFAULTS);
        List<Integer> lengths = new ArrayList<>();
        for (int sentence = 0; sentence < 6; sentence++) {
            while (state.penalty().standing() == Standing.ACTIVE) {
                state = table.step(state, true, 0.0).state();
            }
            lengths.add(state.penalty().remaining());
            while (state.penalty().standing() == Standing.QUARANTINED) {
                state = table.step(state, false, 0.0).state();
            }
        }
        assertThat(lengths).containsExactly(2, 4, 8, 16, 16, 16);
    }

    @Test
    void step_cleanLongEnough_forgivesOneLevelAtATime() {
        ClientState state = state(1.0, List.of(), 2, 0, 0);
        List<Integer> levels = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            state = table.step(state, false, 1.0).state();
            if (i % 20 == 0 || i % 20 == 19) {
                levels.add(state.penalty().level());
            }
        }
        assertThat(levels).containsExactly(2, 1, 1, 0, 0, 0);
    }

    @Test
    void step_penaltyOff_neverLocks() {
        StandingTable lenient = new StandingTable(TrustSettings.DEFAULTS.withPenalty(PenaltySettings.PAPER_FAITHFUL));
        ClientState state = ClientState.fresh(TrustSettings.DEFAULTS);
        for (int i = 0; i < 30; i++) {
            state = lenient.step(state, true, 0.0).state();
        }
        assertThat(state.penalty().standing()).isEqualTo(Standing.ACTIVE);
        assertThat(state.trust()).isZero();
    }
}
