package io.safefedllm.probe.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AdapterLayoutTest {
    private static final TensorSpec B10 = new TensorSpec("layers.10.q.lora_B.weight", List.of(3, 2));
    private static final TensorSpec A2 = new TensorSpec("layers.2.q.lora_A.weight", List.of(2, 4));

    @Test
    void of_twoTensors_keepsInsertionOrderAndOffsets() {
        AdapterLayout layout = AdapterLayout.of(List.of(B10, A2));

        assertThat(layout.tensors()).containsExactly(B10, A2);
        assertThat(layout.offset(A2.name())).isEqualTo(6);
        assertThat(layout.size()).isEqualTo(14);
    }

    @Test
    void of_sameNameTwice_isRefused() {
        assertThatThrownBy(() -> AdapterLayout.of(List.of(A2, A2)))
                .hasMessage("tensor 'layers.2.q.lora_A.weight' appears twice in the layout");
    }

    @Test
    void of_noTensor_isRefused() {
        assertThatThrownBy(() -> AdapterLayout.of(List.of())).hasMessage("an adapter must have at least one tensor");
    }

    @Test
    void of_tooManyElements_isRefused() {
        TensorSpec large = new TensorSpec("a", List.of(Integer.MAX_VALUE));

        assertThatThrownBy(() -> AdapterLayout.of(List.of(large, new TensorSpec("b", List.of(1)))))
                .hasMessage("an adapter must have at most 2147483647 elements");
    }

    @Test
    void hasSameTensors_otherOrder_isTrueThoughNotEqual() {
        AdapterLayout one = AdapterLayout.of(List.of(B10, A2));
        AdapterLayout other = AdapterLayout.of(List.of(A2, B10));

        assertThat(one.hasSameTensors(other)).isTrue();
        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void tensorSpec_nonAsciiName_isRefused() {
        assertThatThrownBy(() -> new TensorSpec("layers.0.ą", List.of(1)))
                .hasMessage("tensor name must be printable ASCII but character 9 is U+0105");
    }

    @Test
    void tensorSpec_zeroDimension_isRefused() {
        assertThatThrownBy(() -> new TensorSpec("a", List.of(2, 0)))
                .hasMessage("tensor 'a' must have positive dimensions but has shape [2, 0]");
    }

    @Test
    void tensorSpec_moreThanIntElements_isRefused() {
        assertThatThrownBy(() -> new TensorSpec("a", List.of(1 << 16, 1 << 15)))
                .hasMessage("tensor 'a' must have at most 2147483647 elements but has shape [65536, 32768]");
    }
}
