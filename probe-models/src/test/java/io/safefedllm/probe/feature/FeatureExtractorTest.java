package io.safefedllm.probe.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureExtractorTest {
    private static final TensorSpec A = new TensorSpec("layers.0.q_proj.lora_A.weight", List.of(1, 2));
    private static final TensorSpec B = new TensorSpec("layers.0.q_proj.lora_B.weight", List.of(2, 1));
    private static final AdapterLayout LAYOUT = AdapterLayout.of(List.of(A, B));

    private final FeatureExtractor extractor =
            new FeatureExtractor(FeatureKeys.of(ViewSelector.FIRST_B, LAYOUT), Normalisation.L2);

    @Test
    void extract_tensorMissingOrOfAnotherSize_isRefused() {
        LoraUpdate onlyA = LoraUpdate.copyOf(AdapterLayout.of(List.of(A)), new float[2]);
        LoraUpdate longer =
                LoraUpdate.copyOf(AdapterLayout.of(List.of(A, new TensorSpec(B.name(), List.of(3, 1)))), new float[5]);

        assertThatThrownBy(() -> extractor.extract(onlyA))
                .hasMessage("the update does not fit view first_b: it needs tensor '" + B.name() + "' with 2 elements");
        assertThatThrownBy(() -> extractor.extract(longer)).hasMessageStartingWith("the update does not fit view");
    }

    @Test
    void extract_valueNotFiniteInTheView_isRefused() {
        assertThatThrownBy(() -> extractor.extract(update(0, 0, Float.NaN, 1)))
                .hasMessage("the update holds a value that is not finite in view first_b");
    }

    @Test
    void extract_sumOfSquaresBeyondBinary32_isNotHiddenAsZero() {
        FeatureVector feature = extractor.extract(update(0, 0, 3e20f, 4e20f));

        assertThat(feature.toArray()).containsExactly(0.6f, 0.8f);
    }

    @Test
    void extract_normBesideTheLimit_isDividedOnlyAbove() {
        assertThat(extractor.extract(update(1, 1, 9e-13f, 0)).toArray()).containsExactly(9e-13f, 0);
        assertThat(extractor.extract(update(1, 1, 1.1e-12f, 0)).toArray()).containsExactly(1, 0);
    }

    @Test
    void extract_noNormalisation_keepsTheValues() {
        FeatureExtractor plain = new FeatureExtractor(extractor.keys(), Normalisation.NONE);

        FeatureVector feature = plain.extract(update(0, 0, 3, 4));

        assertThat(feature.toArray()).containsExactly(3, 4);
        assertThat(feature.norm()).isEqualTo(5);
    }

    @Test
    void extract_valueNotFiniteOutsideTheView_isOfNoConcern() {
        assertThat(extractor.extract(update(Float.NaN, 0, 3, 4)).norm()).isEqualTo(5);
    }

    @Test
    void isShorterThan_normBesideTheBound_saysWhatTheNormSays() {
        for (LoraUpdate update : List.of(
                update(9, 9, 3, 4), update(0, 0, 0, 5), update(9, 9, -5, 0), update(0, 0, 3, 3), update(9, 9, 0, 0))) {
            for (double bound : new double[] {0, Double.MIN_VALUE, 3, 4.9, 5, 5.1}) {
                assertThat(extractor.isShorterThan(update, bound)).isEqualTo(extractor.norm(update) < bound);
            }
        }
    }

    @Test
    void isShorterThan_boundNotReachedBeforeNaN_isRefused() {
        assertThatThrownBy(() -> extractor.isShorterThan(update(0, 0, 1, Float.NaN), 5))
                .hasMessage("the update holds a value that is not finite in view first_b");
    }

    @Test
    void extractPaperFaithful_withoutNormalisation_repairsEachElement() {
        FeatureExtractor plain = new FeatureExtractor(extractor.keys(), Normalisation.NONE);

        FeatureVector feature = plain.extractPaperFaithful(update(0, 0, Float.NaN, Float.NEGATIVE_INFINITY));

        assertThat(feature.toArray()).containsExactly(0, -1e6f);
    }

    private static LoraUpdate update(float... values) {
        return LoraUpdate.copyOf(LAYOUT, values);
    }
}
