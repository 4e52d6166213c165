package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.trust.EvidenceTable.Event;
import io.safefedllm.strategy.trust.EvidenceTable.Row;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvidenceTableTest {
    private static final EvidenceLevelSettings FOR_GOOD = EvidenceLevelSettings.PAPER_FAITHFUL;
    private static final EvidenceLevelSettings BOUNDED = EvidenceLevelSettings.DEFAULTS;
    private static final EvidenceState.Entry GOOD = new EvidenceState.Entry(0.9, false);
    private static final EvidenceState.Entry BAD = new EvidenceState.Entry(0.1, true);
    private static final EvidenceState BELIEVED =
            new EvidenceState(EvidenceStatus.BENIGN, List.of(GOOD, GOOD, GOOD), 3, 0.9);

    /** What each event needs to come about, and what it must lead to beside the status. */
    private record Cause(EvidenceState state, boolean harmful, boolean auditDue, EvidenceState after, double weight) {}

    private static final Map<Event, Cause> CAUSES = causes();

    private static Map<Event, Cause> causes() {
        EvidenceState none = EvidenceState.START;
        Map<Event, Cause> causes = new EnumMap<>(Event.class);
        causes.put(Event.ANY, new Cause(EvidenceTable.barred(), false, false, EvidenceTable.barred(), 0));
        causes.put(Event.UNAUDITED, new Cause(BELIEVED, true, false, BELIEVED.withAuditCounter(4), 0.9));
        causes.put(Event.AUDIT_PASSED, new Cause(BELIEVED, false, true, BELIEVED.withAuditCounter(0), 0.9));
        causes.put(Event.AUDIT_FAILED, new Cause(BELIEVED, true, true, none, 0));
        causes.put(Event.TOO_FEW, new Cause(with(GOOD), false, false, with(GOOD, x(false)), 0.6));
        causes.put(
                Event.ALL_BAD,
                new Cause(
                        with(BAD, BAD),
                        true,
                        false,
                        new EvidenceState(EvidenceStatus.MALICIOUS, List.of(BAD, BAD, x(true)), 0, 0),
                        0));
        causes.put(Event.ALL_BAD_BOUNDED, new Cause(with(BAD, BAD), true, false, none, 0));
        causes.put(
                Event.NONE_BAD,
                new Cause(
                        with(GOOD, GOOD),
                        false,
                        false,
                        new EvidenceState(
                                EvidenceStatus.BENIGN, List.of(GOOD, GOOD, x(false)), 0, (0.9 + 0.9 + 0.6) / 3),
                        (0.9 + 0.9 + 0.6) / 3));
        causes.put(Event.MIXED, new Cause(with(GOOD, BAD), false, false, none, 0.6));
        return causes;
    }

    private static EvidenceState.Entry x(boolean bad) {
        return new EvidenceState.Entry(0.6, bad);
    }

    private static EvidenceState with(EvidenceState.Entry... entries) {
        return EvidenceState.START.withEntries(List.of(entries));
    }

    static List<Row> rows() {
        return EvidenceTable.ROWS;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void step_everyRow_isTakenAndLeadsWhereItSays(Row row) {
        Cause cause = Objects.requireNonNull(CAUSES.get(row.event()));
        EvidenceTable table = new EvidenceTable(row.event() == Event.ALL_BAD_BOUNDED ? BOUNDED : FOR_GOOD);

        EvidenceTable.Step step = table.step(cause.state(), participation(cause.harmful()), 0.6, cause.auditDue());

        assertThat(step.row()).isEqualTo(row);
        assertThat(cause.state().status()).isEqualTo(row.from());
        assertThat(step.state().status()).isEqualTo(row.to());
        assertThat(step.state()).isEqualTo(cause.after());
        assertThat(step.weight()).isEqualTo(cause.weight());
    }

    @Test
    void rows_stateAndEvent_areThereOnce() {
        assertThat(EvidenceTable.ROWS.stream().map(row -> List.of(row.from(), row.event())))
                .doesNotHaveDuplicates();
        assertThat(EvidenceTable.ROWS.stream().map(Row::event)).containsExactlyInAnyOrder(Event.values());
    }

    @Test
    void rows_statusMalicious_isAbsorbing() {
        assertThat(EvidenceTable.ROWS.stream()
                        .filter(row -> row.from() == EvidenceStatus.MALICIOUS)
                        .map(Row::to))
                .containsOnly(EvidenceStatus.MALICIOUS);
    }

    @Test
    void step_anyHistory_visitsEveryRowOfItsKind() {
        Random dice = new Random(11);
        Set<Row> visited = new HashSet<>();
        for (EvidenceLevelSettings settings : List.of(FOR_GOOD, BOUNDED)) {
            EvidenceTable table = new EvidenceTable(settings);
            for (int client = 0; client < 20; client++) {
                EvidenceState state = EvidenceState.START;
                for (int i = 0; i < 50; i++) {
                    EvidenceTable.Step step =
                            table.step(state, participation(dice.nextInt(3) == 0), 0.6, dice.nextInt(5) == 0);
                    visited.add(step.row());
                    state = step.state();
                }
                assertThat(settings.permanentFreeze() || state.status() != EvidenceStatus.MALICIOUS)
                        .isTrue();
            }
        }
        assertThat(visited).isEqualTo(Set.copyOf(EvidenceTable.ROWS));
    }

    private static Participation participation(boolean harmful) {
        return new Participation(
                ServerRound.first(),
                false,
                false,
                harmful ? 1 : 0,
                10,
                new Participation.LastStep(true, harmful, harmful ? 1 : 0, harmful ? 1 : 0),
                160,
                true,
                List.of());
    }
}
