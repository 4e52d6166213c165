package io.safefedllm.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every attack keeps to, whatever it does. */
class AttackContractTest {
    private static final int ROUNDS = 9;

    static Stream<String> specs() {
        return Stream.concat(
                Attacks.cards().stream().map(AttackCard::name),
                Stream.of(
                        "sign-flip:of=own",
                        "alie:z=auto",
                        "gaussian:base=own",
                        "optimised:of=alie,rule=trimmed-mean,clip=off",
                        "boosting:norm=matched",
                        "sample-count:with=sign-flip,claim=NaN",
                        "duplicates:jitter=0.1",
                        "non-finite:where=both,count=one,value=-inf",
                        "free-rider:kind=noise",
                        "free-rider:kind=zero",
                        "forged-evidence:kind=steps",
                        "forged-evidence:kind=zero-first-layer",
                        "min-max:part=first-b",
                        "ipm:part=rest"));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void answer_everyRound_hasTheAdaptersNamesAndShapes(String spec) throws Exception {
        for (RecordDict reply : play(spec)) {
            LoraAdapter adapter = AdapterRecords.only(reply);
            assertThat(adapter.layout()).isEqualTo(DrillGround.LAYOUT);
            assertThat(reply.metricRecords()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void answer_sameSeed_isTheSame(String spec) throws Exception {
        assertThat(play(spec)).isEqualTo(play(spec));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void answer_message_isLeftAsItWas(String spec) throws Exception {
        Message message = DrillGround.main(1, DrillGround.global(1));
        RecordDict before = message.content();

        DrillGround.attacker(spec, 1, new Collusions().named("ring")).handle(message, DrillGround.context());

        assertThat(message.content()).isEqualTo(before);
        assertThat(AdapterRecords.only(message.content())).isEqualTo(DrillGround.global(1));
    }

    private static List<RecordDict> play(String spec) throws Exception {
        Collusion ring = new Collusions().named("ring");
        List<HostileClientApp> attackers =
                List.of(DrillGround.attacker(spec, 1, ring), DrillGround.attacker(spec, 2, ring));
        List<RecordDict> replies = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            for (HostileClientApp attacker : attackers) {
                replies.add(attacker.handle(DrillGround.shadow(round, DrillGround.global(0)), DrillGround.context()));
                replies.add(attacker.handle(DrillGround.main(round, DrillGround.global(round)), DrillGround.context()));
            }
        }
        return replies;
    }
}
