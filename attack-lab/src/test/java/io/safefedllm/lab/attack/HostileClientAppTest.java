package io.safefedllm.lab.attack;

import static io.safefedllm.lab.attack.DrillGround.change;
import static io.safefedllm.lab.attack.DrillGround.context;
import static io.safefedllm.lab.attack.DrillGround.global;
import static io.safefedllm.lab.attack.DrillGround.main;
import static io.safefedllm.lab.attack.DrillGround.shadow;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each attack sends, on made-up clients. */
class HostileClientAppTest {
    private static final LoraAdapter G = global(1);

    private final Collusion ring = new Collusions().named("ring");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "harmful-data | -4 -4 -4 -4",
                "response-poisoning | -4 -4 -4 -4",
                "label-flip | -4 -4 -4 -4",
                "sign-flip | -2 -1 -2 -4",
                "sign-flip:of=own,gamma=3 | -3 -3 -6 -6",
                "sign-flip:part=first-b | -2 -1 2 2",
                "sign-flip:part=rest | 1 1 -2 -4",
                "ipm:tau=1 | -2 -1 -2 -4",
                "alie:z=2 | 0 1 2 0",
                "alie:z=2,sign=1 | 4 1 2 8",
                "mimic:client=2 | 3 1 2 6",
                "gaussian:sigma=0,mean=5 | 5 5 5 5",
                "boosting | -40 -40 -40 -40",
                "model-replacement:share=0.5 | -8 -8 -8 -8",
                "two-face:gamma=2 | 1 1 -8 -8",
                "zero-feature | 0 0 -4 -4",
                "free-rider:kind=zero | 0 0 0 0",
                "duplicates | -4 -4 -4 -4"
            })
    void handle_mainTask_sendsTheAttacksUpdate(String spec, String expected) throws Exception {
        RecordDict reply = attacker(spec).handle(main(1, G), context());

        assertThat(change(reply, G)).containsExactly(numbers(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "harmful-data:ratio=0.5, ROWS",
        "response-poisoning:ratio=0.5, RESPONSES",
        "label-flip:ratio=0.5, LABELS"
    })
    void handle_mainTask_trainsOnRowsThatAreSpoiltAsTheAttackSays(String spec, RowPoisoning.Kind kind)
            throws Exception {
        Set<RowPoisoning> asked = new HashSet<>();
        Poisoner poisoner = poisoning -> {
            asked.add(poisoning);
            return DrillGround.trainer(-4, -4, -4, -4);
        };

        DrillGround.attacker(spec, 1, ring, new ArrayList<>(), poisoner).handle(main(1, G), context());

        assertThat(asked).containsExactly(new RowPoisoning(kind, new BigDecimal("0.5")));
        assertThat(Attacks.named(spec).needsHarmfulRows()).isEqualTo(kind != RowPoisoning.Kind.LABELS);
    }

    @Test
    void constructor_labelsThatCannotBeFlipped_isRefusedBeforeTheRun() {
        Poisoner oneClass = poisoning -> {
            throw new IllegalArgumentException("one class");
        };

        assertThatThrownBy(() -> DrillGround.attacker("label-flip", 1, ring, new ArrayList<>(), oneClass))
                .hasMessage("one class");
    }

    @ParameterizedTest
    @CsvSource({"sign-flip, 1", "alie, 1", "harmful-data, -4", "boosting, -4", "zero-feature, 0", "forged-evidence, 1"})
    void handle_shadowTask_isAnsweredAsTheAttackWants(String spec, float first) throws Exception {
        RecordDict reply = attacker(spec).handle(shadow(1, global(0)), context());

        assertThat(change(reply, global(0))[0]).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({
        "sleeper:round=3, FFTTTTTTT",
        "sleeper, FFFTTTTTT",
        "drip:period=3, TFFTFFTFF",
        "'drip:period=3,offset=1', FFTFFTFFT",
        "audit-aware, FFFTTTTFT"
    })
    void handle_schedule_isHarmfulInItsRounds(String spec, String rounds) throws Exception {
        List<Integer> strikes = new ArrayList<>();
        HostileClientApp attacker = DrillGround.attacker(spec, 1, ring, strikes);
        StringBuilder harmful = new StringBuilder();
        for (int round = 1; round <= rounds.length(); round++) {
            float main = change(attacker.handle(main(round, G), context()), G)[0];
            float shadow = change(attacker.handle(shadow(round, G), context()), G)[0];
            assertThat(shadow).isEqualTo(main);
            harmful.append(main < 0 ? 'T' : 'F');
            assertThat(strikes.contains(round)).isEqualTo(main < 0);
        }

        assertThat(harmful).hasToString(rounds);
    }

    @Test
    void handle_rewrittenUpdate_leavesOutTheStepsThatContradictIt() throws Exception {
        assertThat(attacker("ipm").handle(main(1, G), context()).records()).doesNotContainKey(Replies.EVIDENCE);
        assertThat(attacker("harmful-data").handle(main(1, G), context()).records())
                .containsKey(Replies.EVIDENCE);
    }

    @Test
    void handle_replay_sendsTheFirstUpdateAgain() throws Exception {
        HostileClientApp attacker = attacker("replay:lag=2");

        assertThat(change(attacker.handle(main(1, G), context()), G)).containsOnly(-4);
        assertThat(change(attacker.handle(main(2, G), context()), G)).containsOnly(-4);
        RecordDict third = attacker.handle(main(3, global(9)), context());
        assertThat(change(third, global(9))).containsOnly(-4);
        assertThat(third.records()).doesNotContainKey(Replies.EVIDENCE);
    }

    @Test
    void handle_freeRider_sendsWhatTheLastRoundChanged() throws Exception {
        HostileClientApp attacker = attacker("free-rider");
        attacker.handle(main(1, G), context());

        assertThat(change(attacker.handle(main(2, global(4)), context()), global(4)))
                .containsOnly(3);
        assertThat(change(attacker.handle(shadow(2, global(0)), context()), global(0)))
                .containsOnly(3);
    }

    @Test
    void handle_duplicatesWithJitter_areAlikeButNotEqual() throws Exception {
        String spec = "duplicates:jitter=0.01";
        float[] one = change(DrillGround.attacker(spec, 1, ring).handle(main(1, G), context()), G);
        float[] other = change(DrillGround.attacker(spec, 2, ring).handle(main(1, G), context()), G);

        assertThat(one).isNotEqualTo(other);
        for (int i = 0; i < one.length; i++) {
            assertThat(one[i]).isBetween(-4.1f, -3.9f);
        }
    }

    @Test
    void handle_nonFinite_spoilsWhereItIsTold() throws Exception {
        float[] all = change(attacker("non-finite").handle(main(1, G), context()), G);
        RecordDict one = attacker("non-finite:count=one,where=both,value=inf").handle(main(1, G), context());

        assertThat(all).containsOnly(Float.NaN);
        assertThat(change(one, G)).containsExactly(Float.POSITIVE_INFINITY, 0, 0, 0);
        assertThat(step(one)).isEqualTo(Bytes.copyOf(DrillGround.bytes(Float.POSITIVE_INFINITY, 1, 2, 2)));
        assertThat(change(attacker("non-finite").handle(shadow(1, G), context()), G))
                .containsExactly(1, 1, 2, 2);
    }

    @ParameterizedTest
    @CsvSource({"1000000000000", "0", "-144", "9223372036854775807"})
    void handle_sampleCount_claimsIt(long claim) throws Exception {
        RecordDict reply = attacker("sample-count:claim=" + claim).handle(main(1, G), context());

        assertThat(metrics(reply).integer("num-examples")).hasValue(claim);
        assertThat(metrics(reply).number("train_loss")).hasValue(0.5);
    }

    @Test
    void handle_sampleCountAbsentOrDecimal_isNoInteger() throws Exception {
        RecordDict absent = attacker("sample-count:claim=absent").handle(main(1, G), context());
        RecordDict decimal = attacker("sample-count:claim=1e308").handle(main(1, G), context());

        assertThat(metrics(absent).values()).doesNotContainKey("num-examples");
        assertThat(metrics(decimal).number("num-examples")).hasValue(1e308);
    }

    @Test
    void handle_forgedEvidence_isOfSomethingElse() throws Exception {
        RecordDict benign = attacker("forged-evidence").handle(main(1, G), context());
        RecordDict steps = attacker("forged-evidence:kind=steps").handle(main(1, G), context());
        RecordDict zeros = attacker("forged-evidence:kind=zero-first-layer").handle(main(1, G), context());
        HostileClientApp none = attacker("forged-evidence:kind=none");

        assertThat(change(benign, G)).containsOnly(-4);
        assertThat(step(benign)).isEqualTo(Bytes.copyOf(DrillGround.bytes(1, 1, 2, 2)));
        assertThat(evidence(steps).integers("steps")).hasValue(List.of(1L, 1L, -1L, Long.MAX_VALUE));
        assertThat(step(zeros)).isEqualTo(Bytes.copyOf(DrillGround.bytes(0, 0, -4, -4)));
        assertThat(none.handle(main(1, G), context()).records()).doesNotContainKey(Replies.EVIDENCE);
        assertThatThrownBy(() -> none.handle(shadow(1, G), context())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void handle_otherMessages_goToTheHonestClient() throws Exception {
        Message evaluate = Message.instruction(1, 2, "evaluate", main(1, G).content(), "", 0);

        assertThat(change(attacker("harmful-data").handle(evaluate, context()), G))
                .containsExactly(1, 1, 2, 2);
    }

    @Test
    void ownRuns_noneElseInSight_areBenignRunsWithOtherSeeds() throws Exception {
        HonestKnowledge own = HonestKnowledge.ownRuns(DrillGround.trainer(1, 1, 2, 2), 3);

        assertThat(own.updates(main(1, G), context(), G)).hasSize(3).containsOnly(DrillGround.update(1, 1, 2, 2));
    }

    private HostileClientApp attacker(String spec) {
        return DrillGround.attacker(spec, 1, ring);
    }

    private static ConfigRecord evidence(RecordDict reply) {
        return requireNonNull(reply.configRecords().get(Replies.EVIDENCE));
    }

    private static MetricRecord metrics(RecordDict reply) {
        return requireNonNull(reply.metricRecords().get("metrics"));
    }

    private static Bytes step(RecordDict reply) {
        return evidence(reply).bytes("step-1").orElseThrow();
    }

    private static float[] numbers(String text) {
        String[] parts = text.split(" ", -1);
        float[] numbers = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = Float.parseFloat(parts[i]);
        }
        return numbers;
    }
}
