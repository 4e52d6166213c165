package io.safefedllm.probe.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraConfigTest {
    private static final LoraConfig QV = new LoraConfig(8, 16, 0.05, List.of("q_proj", "v_proj"), "base");

    @Test
    void scale_alpha16Rank8_is2() {
        assertThat(QV.scale()).isEqualTo(2.0);
    }

    @ParameterizedTest
    @CsvSource({
        "model.layers.0.self_attn.q_proj, true",
        "q_proj, true",
        "model.layers.0.self_attn.k_proj, false",
        "model.layers.0.xq_proj, false",
    })
    void targets_modulePath_matchesWholeSuffix(String path, boolean targeted) {
        assertThat(QV.targets(path)).isEqualTo(targeted);
    }

    @ParameterizedTest
    @CsvSource({"0, 16, 0", "8, 0, 0", "8, NaN, 0", "8, Infinity, 0", "8, 16, 1", "8, 16, -0.1", "8, 16, NaN"})
    void new_valueOutOfRange_isRefused(int r, double alpha, double dropout) {
        assertThatThrownBy(() -> new LoraConfig(r, alpha, dropout, List.of("q_proj"), ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void new_allLinear_standsForTheSevenProjections() {
        LoraConfig all = new LoraConfig(8, 16, 0, List.of("all-linear"), "base");

        assertThat(all.targetModules())
                .containsExactly("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");
        assertThat(all.targets("model.layers.3.mlp.up_proj")).isTrue();
        assertThat(all.targets("lm_head")).isFalse();
    }

    @Test
    void new_noTargets_isRefused() {
        assertThatThrownBy(() -> new LoraConfig(8, 16, 0, List.of(), ""))
                .hasMessage("target modules must be named but were []");
    }
}
