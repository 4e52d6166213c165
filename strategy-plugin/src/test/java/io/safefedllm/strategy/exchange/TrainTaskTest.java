package io.safefedllm.strategy.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.strategy.Adapters;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TrainTaskTest {
    private static final ArrayRecord ARRAYS = TrainTask.arrays(Adapters.initial());

    @Test
    void main_anyRound_hasFlowersRecordsInFlowersOrder() {
        RecordDict content = TrainTask.main(ARRAYS, new ServerRound(3), 42);

        assertThat(content.records().keySet()).containsExactly("arrays", "config");
        assertThat(content.arrayRecords()).containsEntry("arrays", ARRAYS);
        assertThat(config(content).values()).containsExactly(entry("server-round", 3L), entry("safe-fedllm.seed", 42L));
    }

    @Test
    void shadow_anyRound_saysRoundOneAndNamesTheRows() {
        RecordDict content = TrainTask.shadow(ARRAYS, new ServerRound(3), 42, OptionalDouble.empty());

        assertThat(config(content).values())
                .containsExactly(
                        entry("server-round", 1L),
                        entry("safe-fedllm.seed", 42L),
                        entry("safe-fedllm.shadow", true),
                        entry("safe-fedllm.round", 3L));
    }

    @Test
    void shadow_rateIsSet_namesIt() {
        RecordDict content = TrainTask.shadow(ARRAYS, new ServerRound(3), 42, OptionalDouble.of(5e-5));

        assertThat(config(content).number("safe-fedllm.learning-rate")).hasValue(5e-5);
    }

    @Test
    void withFedProx_anyTask_addsTheStrength() {
        RecordDict content = TrainTask.withFedProx(TrainTask.main(ARRAYS, new ServerRound(3), 42), 0.01);

        assertThat(content.records().keySet()).containsExactly("arrays", "config");
        assertThat(config(content).number("safe-fedllm.fedprox-mu")).hasValue(0.01);
        assertThat(config(content).integer("server-round")).hasValue(3);
        assertThatIllegalArgumentException().isThrownBy(() -> TrainTask.withFedProx(content, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> TrainTask.withFedProx(RecordDict.empty(), 1));
    }

    @Test
    void withSavePath_anyTask_addsTheFolder() {
        RecordDict content = TrainTask.withSavePath(TrainTask.main(ARRAYS, new ServerRound(3), 42), "results/7");

        assertThat(config(content).text("save_path")).hasValue("results/7");
        assertThat(config(content).integer("server-round")).hasValue(3);
    }

    @Test
    void withControl_anyTask_addsTheRecord() {
        ControlExchange exchange = new ControlExchange(Adapters.LAYOUT);
        ConfigRecord control = exchange.task(exchange.encode(new double[Adapters.LAYOUT.size()]), 2);

        RecordDict content = TrainTask.withControl(TrainTask.main(ARRAYS, new ServerRound(3), 42), control);

        assertThat(content.configRecords()).containsEntry("safe-fedllm.scaffold", control);
        assertThat(config(content).integer("server-round")).hasValue(3);
    }

    @Test
    void arrays_anAdapter_areReadBackAsTheyWere() {
        DecodeResult result = new ReplyReader(Adapters.LAYOUT).read(Replies.honest(Adapters.initial(), 1));

        assertThat(result).isInstanceOf(DecodeResult.Claimed.class);
        assertThat(((DecodeResult.Claimed) result).claim().toArray())
                .containsExactly(Adapters.initial().toArray());
    }

    @Test
    void serverRound_belowOne_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerRound(0));
        assertThat(ServerRound.first().next()).isEqualTo(new ServerRound(2));
    }

    @Test
    void derive_otherPurposeRoundOrNode_isAnotherSeed() {
        long seed = Seeds.derive(1, "a", new ServerRound(1), 5);

        assertThat(Seeds.derive(1, "a", new ServerRound(1), 5)).isEqualTo(seed);
        assertThat(Seeds.derive(2, "a", new ServerRound(1), 5)).isNotEqualTo(seed);
        assertThat(Seeds.derive(1, "b", new ServerRound(1), 5)).isNotEqualTo(seed);
        assertThat(Seeds.derive(1, "a", new ServerRound(2), 5)).isNotEqualTo(seed);
        assertThat(Seeds.derive(1, "a", new ServerRound(1), 6)).isNotEqualTo(seed);
    }

    private static ConfigRecord config(RecordDict content) {
        return content.configRecords().values().iterator().next();
    }

    private static Map.Entry<String, Object> entry(String key, Object value) {
        return Map.entry(key, value);
    }
}
