package io.safefedllm.probe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.Probes;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbeSetTest {
    private static final ProbeSet PROBES = Probes.twoViews();

    @Test
    void requireFits_sameTensorsInOtherOrder_isAccepted() {
        List<TensorSpec> tensors = new ArrayList<>(Probes.LAYOUT.tensors());
        Collections.reverse(tensors);

        assertThatCode(() -> PROBES.requireFits(AdapterLayout.of(tensors))).doesNotThrowAnyException();
    }

    @Test
    void requireFits_otherRank_isRefusedWithBothShapes() {
        assertThatThrownBy(() -> PROBES.requireFits(Probes.layout(2, 4)))
                .isInstanceOf(ProbeMismatchException.class)
                .hasMessage("the probe was made for tensor 'layers.0.q_proj.lora_A.weight' of shape [2, 3] "
                        + "but the adapter's is [4, 3]; train a probe for this base model and this rank");
    }

    @Test
    void requireFits_fewerLayers_isRefusedNamingTheTensor() {
        assertThatThrownBy(() -> PROBES.requireFits(Probes.layout(1, 2)))
                .isInstanceOf(ProbeMismatchException.class)
                .hasMessageContaining("'layers.1.q_proj.lora_A.weight', which this adapter lacks");
    }

    @Test
    void requireFits_moreLayers_isRefusedNamingTheTensor() {
        assertThatThrownBy(() -> PROBES.requireFits(Probes.layout(3, 2)))
                .isInstanceOf(ProbeMismatchException.class)
                .hasMessageContaining("without tensor 'layers.2.q_proj.lora_A.weight'");
    }

    @Test
    void requireFits_sameSizeInAnotherShape_isRefused() {
        List<TensorSpec> tensors = new ArrayList<>(Probes.LAYOUT.tensors());
        tensors.set(0, new TensorSpec(tensors.get(0).name(), List.of(3, 2)));

        assertThatThrownBy(() -> PROBES.requireFits(AdapterLayout.of(tensors)))
                .isInstanceOf(ProbeMismatchException.class)
                .hasMessageContaining("of shape [2, 3] but the adapter's is [3, 2]");
    }

    @Test
    void sha256_anyPartOfAVerdictChanged_changes() {
        ProbeView first = PROBES.views().get(0);
        ProbeSet otherThreshold =
                PROBES.with(List.of(first.withThreshold(0.79), PROBES.views().get(1)), PROBES.card());

        assertThat(PROBES.sha256()).isEqualTo(Probes.twoViews().sha256()).hasSize(64);
        assertThat(otherThreshold.sha256()).isNotEqualTo(PROBES.sha256());
        assertThat(PROBES.select(List.of("first_b")).sha256()).isNotEqualTo(PROBES.sha256());
    }

    @Test
    void sha256_otherCard_isTheSame() {
        ProbeSet otherCard = PROBES.with(PROBES.views(), PROBES.card().withViews(List.of()));

        assertThat(otherCard.sha256()).isEqualTo(PROBES.sha256());
    }

    @Test
    void select_oneView_keepsItsCard() {
        ProbeSet one = PROBES.select(List.of("rest_b"));

        assertThat(one.views()).extracting(ProbeView::name).containsExactly("rest_b");
        assertThat(one.card().views()).extracting(ViewCard::view).containsExactly("rest_b");
    }

    @Test
    void select_withOpinions_keepsThemAndTheirCards() {
        ProbeSet probes = Probes.withOpinions();

        ProbeSet one = probes.select(List.of("all_b"));

        assertThat(one.opinions()).isEqualTo(probes.opinions());
        assertThat(one.card().views()).extracting(ViewCard::view).containsExactly("all_b", "layer_b", "gram_v");
    }

    @Test
    void sha256_otherThresholdOfAnOpinion_isAnother() {
        ProbeSet probes = Probes.withOpinions();

        assertThat(probes.with(probes.opinions().withThresholds(Map.of("gram_v", 0.5)))
                        .sha256())
                .isNotEqualTo(probes.sha256());
        assertThat(probes.with(probes.opinions().withThresholds(Map.of("layer_b", 0.5)))
                        .sha256())
                .isNotEqualTo(probes.sha256());
    }

    @Test
    void with_opinionsOfAnotherLayout_areRefused() {
        assertThatThrownBy(() -> PROBES.with(Probes.withOpinions().opinions()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("which the layout does not have");
    }

    @Test
    void view_unknownName_listsTheViewsThereAre() {
        assertThatThrownBy(() -> PROBES.view("all_b"))
                .hasMessage("the probe has no view 'all_b'; it has first_b, rest_b");
    }

    @Test
    void of_sameViewTwice_isRefused() {
        ProbeView view = PROBES.views().get(0);

        assertThatThrownBy(() -> ProbeSet.of(Probes.LAYOUT, List.of(view, view), PROBES.card()))
                .hasMessage("view 'first_b' appears twice");
    }

    @Test
    void withThreshold_outsideItsRange_isRefused() {
        ProbeView view = PROBES.views().get(0);

        assertThatThrownBy(() -> view.withThreshold(0)).hasMessageEndingWith("must be in (0, 1] but was 0.0");
        assertThatThrownBy(() -> view.withThreshold(Double.NaN)).hasMessageEndingWith("must be in (0, 1] but was NaN");
        assertThat(view.withThreshold(1).threshold()).isEqualTo(1);
    }
}
