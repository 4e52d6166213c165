package io.safefedllm.strategy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.evidence.TaskOrder;
import io.safefedllm.strategy.exchange.ServerRound;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTest {
    private static final ServerRound ROUND = new ServerRound(4);

    @ParameterizedTest
    @CsvSource({"0.5, 2, 10, 5", "0.5, 2, 11, 5", "0.1, 2, 10, 2", "1.0, 2, 3, 3", "0.1, 5, 3, 3"})
    void size_withFraction_isFlowersRule(double fraction, int minTrain, int online, int expected) {
        assertThat(new Sampling(OptionalDouble.of(fraction), minTrain, 2, 20).size(online))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"20, 10, 10", "20, 20, 20", "20, 21, 20", "1, 5, 1"})
    void size_withoutFraction_isTheSampleOrAll(int sample, int online, int expected) {
        assertThat(new Sampling(OptionalDouble.empty(), 2, 2, sample).size(online))
                .isEqualTo(expected);
    }

    @Test
    void needed_withFraction_countsBothMinima() {
        assertThat(new Sampling(OptionalDouble.of(1), 7, 3, 20).needed()).isEqualTo(7);
        assertThat(new Sampling(OptionalDouble.empty(), 7, 3, 20).needed()).isEqualTo(3);
    }

    @Test
    void draw_sameSeedAndRound_isTheSameInAscendingUnsignedOrder() {
        Sampling sampling = new Sampling(OptionalDouble.empty(), 2, 2, 5);
        List<Long> online = LongStream.range(0, 30).map(i -> -7 * i).boxed().toList();

        List<Long> drawn = sampling.draw(online, ROUND, 9);

        assertThat(drawn)
                .hasSize(5)
                .isSortedAccordingTo(Long::compareUnsigned)
                .isEqualTo(sampling.draw(online, ROUND, 9));
        assertThat(drawn).isNotEqualTo(sampling.draw(online, ROUND, 10));
        assertThat(drawn).isNotEqualTo(sampling.draw(online, ROUND.next(), 9));
    }

    @Test
    void draw_fewerThanAskedFor_takesAll() {
        assertThat(new Sampling(OptionalDouble.empty(), 2, 2, 5).draw(List.of(-1L, 3L, 2L), ROUND, 9))
                .containsExactly(2L, 3L, -1L);
    }

    @Test
    void shadowFirst_manyNodesAndRounds_isAFairDrawOfBoth() {
        int first = 0;
        for (int round = 1; round <= 100; round++) {
            for (long node = 2; node < 12; node++) {
                first += TaskOrder.shadowFirst(1, new ServerRound(round), node) ? 1 : 0;
            }
        }
        assertThat(first).isBetween(450, 550);
        assertThat(TaskOrder.shadowFirst(1, ROUND, 5)).isEqualTo(TaskOrder.shadowFirst(1, ROUND, 5));
    }
}
