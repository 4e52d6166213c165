package io.safefedllm.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {
    private static final double ROUNDING = 1e-9;

    @Test
    void of_twoOppositeGroups_areSplitByTheFirstComponent() {
        PrincipalComponents plane =
                PrincipalComponents.of(List.of(new float[] {2, 0}, new float[] {5, 0}, new float[] {-1, 0}));

        assertThat(plane.x(0)).isCloseTo(plane.x(1), within(ROUNDING));
        assertThat(plane.x(2)).isCloseTo(-2 * plane.x(0), within(ROUNDING));
        assertThat(Math.abs(plane.x(2) - plane.x(0))).isCloseTo(2, within(ROUNDING));
        assertThat(plane.varianceShare().get(0)).isCloseTo(1, within(ROUNDING));
        assertThat(plane.y(0)).isCloseTo(0, within(1e-5));
    }

    @Test
    void of_equalRows_liesAtTheOrigin() {
        PrincipalComponents plane = PrincipalComponents.of(List.of(new float[] {1, 2}, new float[] {1, 2}));

        assertThat(plane.x(0)).isZero();
        assertThat(plane.varianceShare()).containsExactly(0.0, 0.0);
    }

    @Test
    void of_noRows_isEmpty() {
        assertThat(PrincipalComponents.of(List.of()).varianceShare()).containsExactly(0.0, 0.0);
    }
}
