package io.safefedllm.lab.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What the golden vectors of the formulas do not say: edges, refusals, arguments that stay as they were. */
class FormulasTest {
    private static final double[][] ROWS = {{1, 2}, {3, 2}};

    @Test
    void honestRows_arguments_areCopied() {
        double[][] rows = {{1, 2}, {3, 4}};
        HonestRows honest = HonestRows.copyOf(rows);
        rows[0][0] = 9;
        honest.row(0)[1] = 9;

        assertThat(honest.row(0)).containsExactly(1, 2);
        assertThat(honest.mean()).containsExactly(2, 3);
    }

    @Test
    void honestRows_emptyOrRagged_areRefused() {
        assertThatThrownBy(() -> HonestRows.copyOf(new double[0][])).hasMessageContaining("at least one");
        assertThatThrownBy(() -> HonestRows.copyOf(new double[][] {{1}, {1, 2}}))
                .hasMessageContaining("1 and 2");
        assertThatThrownBy(() -> HonestRows.copyOf(ROWS).row(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void deviation_singleRow_isZero() {
        assertThat(HonestRows.copyOf(new double[][] {{5, 6}}).deviation()).containsExactly(0, 0);
    }

    @Test
    void furthest_singleRow_staysAtTheMean() {
        HonestRows one = HonestRows.copyOf(new double[][] {{5, 6}});

        for (AgnosticSearch.Bound bound : AgnosticSearch.Bound.values()) {
            double[] vector = AgnosticSearch.furthest(one, bound, AgnosticSearch.Direction.SIGN);
            assertThat(vector[0]).isCloseTo(5, within(1e-4));
        }
    }

    @Test
    void alieZ_tooManyAttackers_isRefused() {
        assertThatThrownBy(() -> AttackSchedules.alieZ(10, 6)).hasMessageContaining("give z");
        assertThat(AttackSchedules.alieZ(50, 24)).isCloseTo(1.426077, within(1e-6));
    }

    @Test
    void normalQuantile_tails_areSymmetric() {
        for (double p : new double[] {1e-9, 0.01, 0.07, 0.3, 0.5}) {
            assertThat(NormalQuantile.of(p)).isCloseTo(-NormalQuantile.of(1 - p), within(1e-6));
        }
        assertThat(NormalQuantile.of(0.975)).isCloseTo(1.959963984540054, within(1e-14));
        assertThat(NormalQuantile.of(1e-30)).isCloseTo(-11.464025, within(1e-6));
    }

    @Test
    void usualWake_shortRun_isAThird() {
        assertThat(AttackSchedules.usualWake(59)).isEqualTo(19);
        assertThat(AttackSchedules.usualWake(60)).isEqualTo(20);
        assertThat(AttackSchedules.usualWake(8)).isEqualTo(2);
    }

    @Test
    void flippedLabel_outOfRange_isRefused() {
        assertThat(AttackSchedules.flippedLabel(1, 10)).isEqualTo(8);
        assertThatThrownBy(() -> AttackSchedules.flippedLabel(10, 10)).hasMessageContaining("10");
    }

    @Test
    void replacement_shareOutOfRange_isRefused() {
        for (double share : new double[] {0, -1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> OwnFormulas.replacement(new double[1], new double[1], share))
                    .hasMessageContaining(String.valueOf(share));
        }
    }

    @Test
    void boostToNorm_zeroUpdate_staysZero() {
        assertThat(OwnFormulas.boostToNorm(new double[2], 10, HonestRows.copyOf(ROWS)))
                .containsExactly(0, 0);
    }

    @Test
    void strongest_clippedMean_isWithinTheClip() {
        HonestRows honest = HonestRows.copyOf(new double[][] {{1, 0}, {0, 1}, {1, 1}});
        TauSearch.Rule seen = TauSearch.clipped(2, rows -> {
            for (double[] row : rows) {
                assertThat(Vectors.norm(row)).isLessThanOrEqualTo(2 + 1e-12);
            }
            return HonestRows.copyOf(rows).mean();
        });

        assertThat(TauSearch.strongest(honest, 1, tau -> CollusionFormulas.innerProduct(honest, tau), seen))
                .hasSize(2);
        assertThatThrownBy(() -> TauSearch.strongest(honest, 0, tau -> new double[2], seen))
                .hasMessageContaining("at least 1");
    }
}
