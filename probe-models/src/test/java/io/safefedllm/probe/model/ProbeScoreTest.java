package io.safefedllm.probe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeScoreTest {
    @Test
    void isMaliciousAt_tie_isMalicious() {
        assertThat(new ProbeScore(0.5).isMaliciousAt(0.5)).isTrue();
        assertThat(new ProbeScore(0.5).isMaliciousAt(Math.nextUp(0.5))).isFalse();
    }

    @Test
    void ofLogit_anyLogit_isRoundedToBinary32() {
        double value = ProbeScore.ofLogit(0.3).value();

        assertThat(value).isEqualTo((float) (1 / (1 + Math.exp(-0.3))));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1e-9, 1.0000001, Double.POSITIVE_INFINITY})
    void new_valueOutsideUnitInterval_isRefused(double value) {
        assertThatThrownBy(() -> new ProbeScore(value))
                .hasMessageStartingWith("probe score must be in [0, 1] but was ");
    }
}
