package io.safefedllm.strategy.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.ServerRound;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The threshold of the server's own updates (SF-14.4). */
class CanaryGaugeTest {
    /** The logit of an update is its first value. */
    private static final UpdateScorer FIRST_VALUE =
            update -> List.of(new ViewScore("all_b", 1, update.at(0), ProbeScore.ofLogit(update.at(0)), 0.8, false));

    @Test
    void read_fewBenignCanaries_takesTheLargest() {
        CanaryReading reading = read(0.01, updates(0.5, -1, 1.5, 0), updates(4, 1, 1.5, 2));

        assertThat(reading).isEqualTo(new CanaryReading(1.5, 4, 4, 2));
    }

    @Test
    void read_enoughBenignCanaries_takesTheConformalQuantile() {
        double[] benign = IntStream.rangeClosed(1, 19).asDoubleStream().toArray();

        assertThat(read(0.1, updates(benign), List.of()).threshold()).isEqualTo(18);
        assertThat(read(0.25, updates(benign), List.of()).threshold()).isEqualTo(15);
    }

    @Test
    void read_driftThatAllUpdatesShare_movesTheThresholdWithIt() {
        List<LoraUpdate> early = updates(0, 1, 2);
        List<LoraUpdate> late = updates(10, 11, 12);

        assertThat(read(0.01, late, List.of()).threshold()
                        - read(0.01, early, List.of()).threshold())
                .isEqualTo(10);
    }

    @Test
    void read_viewThatTheProbeLacks_isRefused() {
        CanaryGauge gauge = new CanaryGauge(canary(updates(1), List.of()), FIRST_VALUE, "first_b", 0.01);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> gauge.read(ServerRound.first(), Adapters.initial()))
                .withMessageContaining("first_b");
        assertThatIllegalArgumentException().isThrownBy(() -> new Canary.Updates(List.of(), updates(1)));
    }

    private static CanaryReading read(double alpha, List<LoraUpdate> benign, List<LoraUpdate> harmful) {
        return new CanaryGauge(canary(benign, harmful), FIRST_VALUE, "all_b", alpha)
                .read(ServerRound.first(), Adapters.initial());
    }

    private static Canary canary(List<LoraUpdate> benign, List<LoraUpdate> harmful) {
        return new Canary() {
            @Override
            public Updates train(ServerRound round, LoraAdapter global) {
                return new Updates(benign, harmful);
            }

            @Override
            public String identity() {
                return "updates of a test";
            }
        };
    }

    private static List<LoraUpdate> updates(double... logits) {
        return DoubleStream.of(logits)
                .mapToObj(z -> {
                    float[] values = new float[Adapters.LAYOUT.size()];
                    Arrays.fill(values, (float) z);
                    return LoraUpdate.wrap(Adapters.LAYOUT, values);
                })
                .toList();
    }
}
