package io.safefedllm.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingMemoTest {
    private static final AdapterLayout LAYOUT =
            AdapterLayout.of(List.of(new TensorSpec("layers.0.q.lora_A.weight", List.of(1, 1))));

    private static final TrainingPlan PLAN = TrainingPlan.of(1, 1, 0.1, 2);

    private long now;

    @Test
    void get_sameKeyTwice_chargesTheFirstTime() {
        TrainingMemo memo = new TrainingMemo(() -> now);
        TrainingMemo.Key key = new TrainingMemo.Key(1, PLAN, "base");

        TrainingMemo.Entry first = memo.get(key, () -> result(70));
        TrainingMemo.Entry second = memo.get(key, () -> result(900));

        assertThat(first.nanos()).isEqualTo(70);
        assertThat(first.reused()).isFalse();
        assertThat(second.nanos()).isEqualTo(70);
        assertThat(second.reused()).isTrue();
        assertThat(second.result()).isSameAs(first.result());
    }

    @Test
    void get_otherKey_isComputed() {
        TrainingMemo memo = new TrainingMemo(() -> now);

        memo.get(new TrainingMemo.Key(1, PLAN, "base"), () -> result(1));

        assertThat(memo.get(new TrainingMemo.Key(1, PLAN, "other"), () -> result(1))
                        .reused())
                .isFalse();
    }

    private TrainingResult result(long nanos) {
        now += nanos;
        return new TrainingResult(LoraAdapter.copyOf(LAYOUT, new float[] {1}), List.of(1.0), 1);
    }
}
