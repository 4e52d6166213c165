package io.safefedllm.probe.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.probe.Probes;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class GramExtractorTest {
    private static final AdapterLayout LAYOUT = Probes.layoutWithValues();
    private static final String MATRIX = "layers.0.v_proj.lora_B.weight";
    private static final double FLOAT_TOLERANCE = 1e-6;

    private final GramExtractor extractor =
            new GramExtractor(GramKeys.of(LAYOUT).orElseThrow());

    @Test
    void extract_scalarProductOfTwo_isThatOfTheWholeCentredMatrices() {
        LoraUpdate one = Probes.update(LAYOUT, 1);
        LoraUpdate other = Probes.update(LAYOUT, 2);

        FeatureVector x = extractor.extract(one);
        FeatureVector y = extractor.extract(other);

        double product = 0;
        for (int i = 0; i < x.dimension(); i++) {
            product += (double) x.at(i) * y.at(i);
        }
        double[] first = wholeCentred(one.tensor(MATRIX));
        double[] second = wholeCentred(other.tensor(MATRIX));
        double expected = dot(first, second) / Math.sqrt(dot(first, first) * dot(second, second));
        assertThat(x.dimension()).isEqualTo(6);
        assertThat(product).isCloseTo(expected, within(FLOAT_TOLERANCE));
    }

    @Test
    void extract_columnsTurnedByAnotherLoraA_staysTheSame() {
        LoraUpdate update = Probes.update(LAYOUT, 3);
        float[] turned = update.toArray();
        int at = LAYOUT.offset(MATRIX);
        for (int row = 0; row < 3; row++) {
            float left = turned[at + 2 * row];
            float right = turned[at + 2 * row + 1];
            turned[at + 2 * row] = 0.6f * left - 0.8f * right;
            turned[at + 2 * row + 1] = 0.8f * left + 0.6f * right;
        }

        float[] before = extractor.extract(update).toArray();
        float[] after = extractor.extract(LoraUpdate.wrap(LAYOUT, turned)).toArray();

        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within((float) FLOAT_TOLERANCE));
        }
    }

    @Test
    void extract_boostedUpdate_staysTheSameButForItsNorm() {
        LoraUpdate update = Probes.update(LAYOUT, 4);
        float[] boosted = update.toArray();
        for (int i = 0; i < boosted.length; i++) {
            boosted[i] *= 4;
        }

        FeatureVector after = extractor.extract(LoraUpdate.wrap(LAYOUT, boosted));

        assertThat(after.toArray()).isEqualTo(extractor.extract(update).toArray());
        assertThat(after.norm()).isEqualTo(16 * extractor.extract(update).norm());
    }

    @Test
    void extract_zeroUpdate_isZero() {
        FeatureVector zero = extractor.extract(LoraUpdate.wrap(LAYOUT, new float[LAYOUT.size()]));

        assertThat(zero.toArray()).containsOnly(0f);
        assertThat(zero.norm()).isZero();
    }

    @Test
    void extract_matrixMissing_isRefused() {
        assertThatThrownBy(() -> extractor.extract(Probes.update(Probes.LAYOUT, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the update does not fit the seed-invariant view: it needs a matrix '" + MATRIX
                        + "' with 3 rows");
    }

    @Test
    void extract_valueNotFinite_isRefused() {
        float[] values = Probes.update(LAYOUT, 1).toArray();
        values[LAYOUT.offset(MATRIX)] = Float.NaN;

        assertThatThrownBy(() -> extractor.extract(LoraUpdate.wrap(LAYOUT, values)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the update is not finite in the seed-invariant view");
    }

    @Test
    void keys_noValueProjection_areNone() {
        assertThat(GramKeys.of(Probes.LAYOUT)).isEmpty();
    }

    @Test
    void keys_ofAnAdapter_takeTheFirstLayerOnly() {
        GramKeys keys = GramKeys.of(LAYOUT).orElseThrow();

        assertThat(keys.names()).containsExactly(MATRIX);
        assertThat(keys.rows()).containsExactly(3);
    }

    @Test
    void keys_tooLarge_areRefused() {
        AdapterLayout huge = AdapterLayout.of(List.of(new TensorSpec(MATRIX, List.of(20_000, 1))));

        assertThatThrownBy(() -> GramKeys.of(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 67108864 elements");
    }

    private static double[] wholeCentred(float[] matrix) {
        double[] whole = new double[9];
        double mean = 0;
        for (int i = 0; i < 9; i++) {
            for (int k = 0; k < 2; k++) {
                whole[i] += (double) matrix[i / 3 * 2 + k] * matrix[i % 3 * 2 + k];
            }
            mean += whole[i] / 9;
        }
        for (int i = 0; i < 9; i++) {
            whole[i] -= mean;
        }
        return whole;
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
