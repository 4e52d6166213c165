package io.safefedllm.probe.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoraUpdateTest {
    private static final TensorSpec A = new TensorSpec("m.lora_A.weight", List.of(1, 2));
    private static final TensorSpec B = new TensorSpec("m.lora_B.weight", List.of(2, 1));
    private static final AdapterLayout AB = AdapterLayout.of(List.of(A, B));
    private static final AdapterLayout BA = AdapterLayout.of(List.of(B, A));

    @Test
    void between_currentInOtherOrder_goesByName() {
        LoraAdapter base = LoraAdapter.copyOf(AB, new float[] {1, 2, 3, 4});
        LoraAdapter current = LoraAdapter.copyOf(BA, new float[] {30, 40, 10, 20});

        assertThat(LoraUpdate.between(base, current).toArray()).containsExactly(9, 18, 27, 36);
    }

    @Test
    void plus_updateInOtherOrder_givesTheCurrentAdapterBack() {
        LoraAdapter base = LoraAdapter.copyOf(AB, new float[] {1, 2, 3, 4});
        LoraUpdate update = LoraUpdate.copyOf(BA, new float[] {27, 36, 9, 18});

        assertThat(base.plus(update)).isEqualTo(LoraAdapter.copyOf(AB, new float[] {10, 20, 30, 40}));
    }

    @Test
    void between_otherShape_isRefusedNamingTheTensor() {
        AdapterLayout other = AdapterLayout.of(List.of(A, new TensorSpec(B.name(), List.of(1, 2))));
        LoraAdapter base = LoraAdapter.copyOf(AB, new float[4]);

        assertThatThrownBy(() -> LoraUpdate.between(base, LoraAdapter.copyOf(other, new float[4])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the layouts differ in a name or a shape: "
                        + "'m.lora_B.weight' has shape [1, 2] instead of [2, 1]");
    }

    @Test
    void copyOf_wrongNumberOfValues_isRefused() {
        assertThatThrownBy(() -> LoraUpdate.copyOf(AB, new float[3]))
                .hasMessage("the layout has 4 elements but 3 values were given");
    }

    @Test
    void copyOf_arrayChangedAfterwards_keepsItsValues() {
        float[] values = {1, 2, 3, 4};
        LoraUpdate update = LoraUpdate.copyOf(AB, values);

        values[0] = 9;
        update.toArray()[1] = 9;

        assertThat(update.toArray()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void norm_hugeValues_doesNotOverflow() {
        assertThat(LoraUpdate.copyOf(AB, new float[] {3e30f, 4e30f, 0, 0}).norm())
                .isEqualTo(Math.hypot(3e30f, 4e30f));
    }

    @Test
    void isFinite_largestValues_areFiniteAndInfinitiesAreNot() {
        float most = Float.MAX_VALUE;

        assertThat(LoraUpdate.copyOf(AB, new float[] {most, -most, most, most}).isFinite())
                .isTrue();
        assertThat(LoraUpdate.copyOf(AB, new float[] {0, Float.NEGATIVE_INFINITY, 0, 0})
                        .isFinite())
                .isFalse();
    }

    @Test
    void norm_oneNaN_isNaN() {
        LoraUpdate update = LoraUpdate.copyOf(AB, new float[] {1, Float.NaN, 0, 0});

        assertThat(update.norm()).isNaN();
        assertThat(update.isFinite()).isFalse();
    }

    @Test
    void sha256_negativeZeroAndOtherOrder_isTheSame() {
        LoraUpdate one = LoraUpdate.copyOf(AB, new float[] {0f, 2, 3, 4});
        LoraUpdate other = LoraUpdate.copyOf(BA, new float[] {3, 4, -0f, 2});

        assertThat(one.sha256()).isEqualTo(other.sha256()).hasSize(64);
    }

    @Test
    void sha256_longerThanOneBlock_dependsOnEveryElement() {
        AdapterLayout layout = AdapterLayout.of(List.of(new TensorSpec("a", List.of(10_000))));
        float[] values = new float[10_000];
        String before = LoraUpdate.copyOf(layout, values).sha256();

        values[9_999] = 1;

        assertThat(LoraUpdate.copyOf(layout, values).sha256()).isNotEqualTo(before);
    }
}
