package io.safefedllm.strategy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that is somebody else's: sketches, the server's steps, twins of a round (SF-7.6, AT-17, AT-18). */
class StepMemoryTest {
    private static final int SIZE = 5000;
    private static final long SEED = 0x5AFEFED;
    private static final AdapterLayout LAYOUT =
            AdapterLayout.of(List.of(new TensorSpec("layers.0.lora_B.weight", List.of(SIZE))));

    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 0.01, 0.1, 0.5})
    void distance_jitterOfAnyLength_isMeasuredToAQuarter(double jitter) {
        UpdateSketch own = sketch(drawn(1, 2.0));

        double distance = own.distance(sketch(sum(drawn(1, 2.0), jitter, drawn(2, 2.0))));

        assertThat(distance).isCloseTo(jitter / Math.sqrt(1 + jitter * jitter), within(0.25 * jitter));
    }

    @ParameterizedTest
    @ValueSource(floats = {1e-6f, 0.5f, 10f, 1e6f})
    void distance_multiple_isNone(float factor) {
        float[] values = drawn(1, 1.0).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }

        double distance = sketch(drawn(1, 1.0)).distance(sketch(LoraUpdate.wrap(LAYOUT, values)));

        assertThat(distance).isLessThan(1e-6);
    }

    @Test
    void distance_opposite_isOne() {
        float[] values = drawn(1, -1.0).toArray();

        assertThat(sketch(drawn(1, 1.0)).distance(sketch(LoraUpdate.wrap(LAYOUT, values))))
                .isEqualTo(1.0);
    }

    @Test
    void distance_zeroOrNotFinite_isLikeNothing() {
        UpdateSketch some = sketch(drawn(1, 1.0));
        UpdateSketch zero = sketch(LoraUpdate.wrap(LAYOUT, new float[SIZE]));
        float[] broken = drawn(1, 1.0).toArray();
        broken[7] = Float.NaN;

        assertThat(some.distance(zero)).isNaN();
        assertThat(zero.distance(some)).isNaN();
        assertThat(some.distance(sketch(LoraUpdate.wrap(LAYOUT, broken)))).isNaN();
    }

    /** Moves a copy by what adds up under the signs of a seed: its sketch is far off, and the copy is not. */
    @Test
    void distance_copyMovedAlongTheSignsOfAnotherSeed_staysNear() {
        LoraUpdate own = drawn(1, 1.0);
        LoraUpdate moved = sum(own, 0.005, signs(SEED + 1));

        assertThat(UpdateSketch.of(own, SEED + 1).distance(UpdateSketch.of(moved, SEED + 1)))
                .as("to somebody who knows the seed")
                .isGreaterThan(Likeness.TOLERANCE);
        assertThat(sketch(own).distance(sketch(moved))).isLessThan(Likeness.TOLERANCE);
    }

    /** Reads the signs of a seed off sketches of single elements. */
    private static LoraUpdate signs(long seed) {
        float[] signs = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            float[] single = new float[SIZE];
            single[i] = 1;
            signs[i] = UpdateSketch.of(LoraUpdate.wrap(LAYOUT, single), seed)
                    .numbers()
                    .get(i % UpdateSketch.SIZE)
                    .floatValue();
        }
        return LoraUpdate.wrap(LAYOUT, signs);
    }

    @Test
    void sketch_numbersKeptAndReadBack_areTheSame() {
        UpdateSketch sketch = sketch(drawn(3, 1.0));

        assertThat(UpdateSketch.of(sketch.numbers())).isEqualTo(sketch).hasSameHashCodeAs(sketch);
        assertThatIllegalArgumentException().isThrownBy(() -> UpdateSketch.of(List.of(1.0)));
    }

    @Test
    void compare_copiesMultiplesAndSlightlyMovedOnes_haveTheLowestTwin() {
        SortedMap<Long, Likeness> found = new StepMemory(3)
                .compare(Map.of(
                        -1L, sketch(drawn(1, 1.0)),
                        2L, sketch(drawn(1, 1.0)),
                        3L, sketch(drawn(1, 9.0)),
                        4L, sketch(sum(drawn(1, 1.0), 0.005, drawn(7, 1.0))),
                        5L, sketch(sum(drawn(1, 1.0), 0.1, drawn(8, 1.0))),
                        6L, sketch(drawn(6, 1.0))));

        assertThat(twin(found, 2)).contains("3");
        assertThat(twin(found, 3)).contains("2");
        assertThat(twin(found, 4)).contains("2");
        assertThat(twin(found, -1)).contains("2");
        assertThat(twin(found, 5)).as("jitter of a tenth").isEmpty();
        assertThat(twin(found, 6)).isEmpty();
        assertThat(found.keySet()).containsExactly(2L, 3L, 4L, 5L, 6L, -1L);
    }

    private static Optional<String> twin(Map<Long, Likeness> found, long node) {
        return Optional.ofNullable(found.get(node)).orElseThrow().twin();
    }

    @ParameterizedTest
    @CsvSource({"2, true", "1, false", "0, false"})
    void remember_stepOfFewerThanTwo_isNoSurprise(int makers, boolean known) {
        StepMemory memory = new StepMemory(3);

        memory.remember(sketch(drawn(1, 1.0)), makers);

        assertThat(isStep(memory, drawn(1, 4.0))).isEqualTo(known);
        assertThat(isStep(memory, drawn(2, 1.0))).isFalse();
    }

    @Test
    void remember_moreStepsThanTheWindow_forgetsTheOldest() {
        StepMemory memory = new StepMemory(2);
        for (int seed = 1; seed <= 3; seed++) {
            memory.remember(sketch(drawn(seed, 1.0)), 5);
        }

        assertThat(isStep(memory, drawn(1, 1.0))).isFalse();
        assertThat(isStep(memory, drawn(2, 1.0))).isTrue();
        assertThat(isStep(memory, drawn(3, 1.0))).isTrue();

        StepMemory other = new StepMemory(1);
        other.restore(memory.snapshot());
        assertThat(isStep(other, drawn(2, 1.0))).isFalse();
        assertThat(isStep(other, drawn(3, 1.0))).isTrue();
    }

    @Test
    void memory_negativeWindow_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StepMemory(-1));
    }

    private static boolean isStep(StepMemory memory, LoraUpdate update) {
        return Optional.ofNullable(memory.compare(Map.of(1L, sketch(update))).get(1L))
                .orElseThrow()
                .isStep();
    }

    private static UpdateSketch sketch(LoraUpdate update) {
        return UpdateSketch.of(update, SEED);
    }

    /** A direction that the seed names, times a factor. */
    private static LoraUpdate drawn(long seed, double factor) {
        Random dice = new Random(seed);
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (float) (factor * dice.nextGaussian());
        }
        return LoraUpdate.wrap(LAYOUT, values);
    }

    private static LoraUpdate sum(LoraUpdate first, double factor, LoraUpdate second) {
        float[] values = first.toArray();
        for (int i = 0; i < SIZE; i++) {
            values[i] += (float) (factor * second.at(i));
        }
        return LoraUpdate.wrap(LAYOUT, values);
    }
}
