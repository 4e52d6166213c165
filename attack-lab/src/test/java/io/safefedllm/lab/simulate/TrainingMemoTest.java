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
    void get_sameRunTwice_chargesTheFirstTime() {
        TrainingMemo memo = new TrainingMemo(() -> now);

        TrainingMemo.Entry first = memo.get("rows", PLAN, "base", () -> result(70));
        TrainingMemo.Entry second = memo.get("rows", PLAN, "base", () -> result(900));

        assertThat(first.nanos()).isEqualTo(70);
        assertThat(first.reused()).isFalse();
        assertThat(second.nanos()).isEqualTo(70);
        assertThat(second.reused()).isTrue();
        assertThat(second.result()).isSameAs(first.result());
    }

    @Test
    void get_otherRowsPlanOrBase_isComputed() {
        TrainingMemo memo = new TrainingMemo(() -> now);
        memo.get("rows", PLAN, "base", () -> result(1));

        assertThat(memo.get("others", PLAN, "base", () -> result(1)).reused()).isFalse();
        assertThat(memo.get("rows", PLAN, "other", () -> result(1)).reused()).isFalse();
        assertThat(memo.get("rows", TrainingPlan.of(2, 1, 0.1, 3), "base", () -> result(1))
                        .reused())
                .isFalse();
    }

    @Test
    void get_recordAskedFor_isComputedOnceAndServesBoth() {
        TrainingMemo memo = new TrainingMemo(() -> now);
        TrainingPlan recording = PLAN.withRecorded(List.of("layers.0.q.lora_A.weight"));
        memo.get("rows", PLAN, "base", () -> result(1));

        assertThat(memo.get("rows", recording, "base", () -> result(1)).reused())
                .isFalse();
        assertThat(memo.get("rows", recording, "base", () -> result(1)).reused())
                .isTrue();
        assertThat(memo.get("rows", PLAN, "base", () -> result(1)).reused()).isTrue();
    }

    private TrainingResult result(long nanos) {
        now += nanos;
        return new TrainingResult(LoraAdapter.copyOf(LAYOUT, new float[] {1}), List.of(1.0), 1);
    }
}
