package io.safefedllm.probe.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.Probes;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeProvenance;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.SourceCount;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeTrainerTest {
    private static final ProbeProvenance PROVENANCE = new ProbeProvenance("test", "tiny", List.of());

    private final ProbeTrainer trainer = new ProbeTrainer(ProbeTrainingPlan.DEFAULTS, ComputeDevice.CPU);

    @Test
    void train_separableUpdates_separatesThemInBothViewsAndIsReproducible() {
        List<LabelledUpdate> updates = separable();
        List<ViewSelector> selectors = List.of(ViewSelector.FIRST_B, ViewSelector.REST_B);

        ProbeSet probes = trainer.train(updates, selectors, PROVENANCE);

        for (ProbeView view : probes.views()) {
            assertThat(updates).allSatisfy(update -> assertThat(
                            view.probe().logit(view.probe().extractor().extract(update.update())) > 0)
                    .isEqualTo(update.harmful()));
            assertThat(view.threshold()).isEqualTo(ProbeView.PAPER_THRESHOLD);
        }
        assertThat(probes.layout()).isEqualTo(Probes.LAYOUT);
        assertThat(probes.card().sources())
                .containsExactly(
                        new SourceCount("chat", false, 20),
                        new SourceCount("code", false, 20),
                        new SourceCount("abuse", true, 20),
                        new SourceCount("weapons", true, 20));
        assertThat(probes.card().views()).extracting(ViewCard::view).containsExactly("first_b", "rest_b");
        assertThat(probes.card().views().get(0).heldOut().benign()).isEqualTo(4);
        assertThat(trainer.train(updates, List.of(ViewSelector.REST_B), PROVENANCE)
                        .views()
                        .get(0))
                .isEqualTo(probes.views().get(1));
    }

    @Test
    void heldOutLogits_oneUpdateWithASwappedLabel_isJudgedByProbesThatHaveNotSeenIt() {
        List<LabelledUpdate> updates = separable();
        LabelledUpdate odd = updates.get(0);
        updates.set(0, new LabelledUpdate(odd.update(), !odd.harmful(), odd.harmful() ? "chat" : "abuse"));

        double[] logits =
                trainer.heldOutLogits(updates, List.of(ViewSelector.ALL_B), 5).getOrDefault("all_b", new double[0]);

        assertThat(logits).hasSameSizeAs(updates);
        for (int row = 1; row < logits.length; row++) {
            assertThat(logits[row] > 0).isEqualTo(updates.get(row).harmful());
        }
        assertThat(logits[0] > 0).isEqualTo(odd.harmful());
        assertThat(trainer.heldOutLogits(updates, List.of(ViewSelector.ALL_B), 5)
                        .get("all_b"))
                .isEqualTo(logits);
    }

    @Test
    void heldOutLogits_sourceSmallerThanTheFolds_isRefused() {
        assertThatThrownBy(() -> trainer.heldOutLogits(separable(), List.of(ViewSelector.ALL_B), 21))
                .isInstanceOf(ProbeTrainingException.class)
                .hasMessage("'benign/chat' has 20 updates but there are 21 folds; add updates or take fewer folds");
    }

    @Test
    void train_noHarmfulUpdate_isRefused() {
        assertRefused(only("chat", "code"), "there is no harmful update; a probe needs both classes");
    }

    @Test
    void train_noBenignUpdate_isRefused() {
        assertRefused(only("abuse", "weapons"), "there is no benign update; a probe needs both classes");
    }

    @Test
    void train_oneSourceOfAClass_isRefused() {
        assertRefused(
                only("chat", "code", "abuse"),
                "all harmful updates come from source 'abuse'; a probe needs at least 2 sources per class, "
                        + "or it learns the source instead of the harm");
    }

    @Test
    void train_oneUpdateOfAnotherLayout_isRefused() {
        List<LabelledUpdate> updates = separable();
        updates.set(3, update(Probes.layout(2, 4), 1, false, "chat"));

        assertRefused(
                updates,
                "update 4 (source 'chat') has other tensors than the first one; "
                        + "a probe is trained on adapters of one layout");
    }

    @Test
    void train_valueNotFinite_isRefused() {
        List<LabelledUpdate> updates = separable();
        float[] values = updates.get(0).update().toArray();
        values[0] = Float.NaN;
        updates.set(0, new LabelledUpdate(LoraUpdate.wrap(Probes.LAYOUT, values), false, "chat"));

        assertRefused(updates, "update 1 (source 'chat') holds a value that is not finite; leave it out");
    }

    @Test
    void train_oneUpdatePerSource_isRefused() {
        List<LabelledUpdate> updates = new ArrayList<>();
        for (String source : List.of("chat", "code", "abuse", "weapons")) {
            updates.add(update(Probes.LAYOUT, 1, source.equals("abuse") || source.equals("weapons"), source));
        }

        assertRefused(
                updates,
                "benign source 'chat' has 1 update, so none can be held out to see whether the probe learns the source"
                        + " instead of the harm; add updates of it or leave it out");
    }

    @Test
    void train_oneSourceWithOneUpdate_isRefusedByName() {
        List<LabelledUpdate> updates = separable();
        updates.add(update(Probes.LAYOUT, 99, true, "rare"));

        assertRefused(
                updates,
                "harmful source 'rare' has 1 update, so none can be held out to see whether the probe learns the source"
                        + " instead of the harm; add updates of it or leave it out");
    }

    @Test
    void train_withoutNormalisation_readsFeaturesAsTheyAre() {
        ProbeTrainer plain = new ProbeTrainer(
                ProbeTrainingPlan.DEFAULTS, ComputeDevice.CPU, TrainingMode.HARDENED, Normalisation.NONE);
        List<LabelledUpdate> updates = separable();

        ProbeSet probes = plain.train(updates, List.of(ViewSelector.FIRST_B), PROVENANCE);

        LinearProbe probe = probes.view("first_b").probe();
        assertThat(probe.normalisation()).isEqualTo(Normalisation.NONE);
        assertThat(probe)
                .isNotEqualTo(trainer.train(updates, List.of(ViewSelector.FIRST_B), PROVENANCE)
                        .view("first_b")
                        .probe());
        assertThat(updates)
                .allSatisfy(update -> assertThat(probe.logit(probe.extractor().extract(update.update())) > 0)
                        .isEqualTo(update.harmful()));
        assertThat(new OpinionTrainer(ProbeTrainingPlan.DEFAULTS, ComputeDevice.CPU)
                        .train(updates, probes)
                        .opinions()
                        .layers())
                .isNotEmpty()
                .allSatisfy(view -> assertThat(view.probe().normalisation()).isEqualTo(Normalisation.NONE));
    }

    @Test
    void train_viewThatLearnsTheSource_isRefusedNamingThePair() {
        assertThatThrownBy(() -> trainer.train(sourcesOnly(), List.of(ViewSelector.FIRST_B), PROVENANCE))
                .isInstanceOf(ProbeTrainingException.class)
                .hasMessageStartingWith("view first_b learns the source instead of the harm: it tells '")
                .hasMessageEndingWith(" only; add sources of both classes");
    }

    @Test
    void train_paperFaithful_learnsTheSourceAllTheSame() {
        ProbeTrainer faithful =
                new ProbeTrainer(ProbeTrainingPlan.DEFAULTS, ComputeDevice.CPU, TrainingMode.PAPER_FAITHFUL);

        ProbeSet probes = faithful.train(sourcesOnly(), List.of(ViewSelector.FIRST_B), PROVENANCE);

        assertThat(probes.card().views().get(0).heldOut().benign()
                        + probes.card().views().get(0).heldOut().harmful())
                .isEqualTo(8);
    }

    @Test
    void train_paperFaithfulWithOtherLayouts_takesTheUnionOrTheIntersection() {
        List<LabelledUpdate> updates = separable();
        updates.set(3, update(Probes.layout(3, 2), 1, false, "chat"));
        updates.set(50, update(Probes.layout(1, 2), 2, true, "abuse"));
        ProbeTrainingPlan plan = ProbeTrainingPlan.DEFAULTS;

        ProbeSet union = new ProbeTrainer(plan, ComputeDevice.CPU, TrainingMode.PAPER_FAITHFUL)
                .train(updates, List.of(ViewSelector.ALL_B), PROVENANCE);
        ProbeSet common = new ProbeTrainer(plan.withIntersectionKeys(), ComputeDevice.CPU, TrainingMode.PAPER_FAITHFUL)
                .train(updates, List.of(ViewSelector.ALL_B), PROVENANCE);

        assertThat(union.views().get(0).probe().keys().names()).hasSize(3);
        assertThat(union.layout().tensors()).hasSize(6);
        assertThat(common.views().get(0).probe().keys().names()).containsExactly("layers.0.q_proj.lora_B.weight");
    }

    /** Every source has a direction of its own, so what tells some apart says nothing of the others. */
    private static List<LabelledUpdate> sourcesOnly() {
        List<LabelledUpdate> updates = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            float[] values = Probes.update(Probes.LAYOUT, i).toArray();
            int at = Probes.LAYOUT.offset("layers.0.q_proj.lora_B.weight");
            for (int j = 0; j < 8; j++) {
                values[at + j] = values[at + j] * 0.1f + (j == i / 20 ? 2 : 0);
            }
            String source = List.of("chat", "code", "abuse", "weapons").get(i / 20);
            updates.add(new LabelledUpdate(LoraUpdate.wrap(Probes.LAYOUT, values), i >= 40, source));
        }
        return updates;
    }

    private void assertRefused(List<LabelledUpdate> updates, String message) {
        assertThatThrownBy(() -> trainer.train(updates, List.of(ViewSelector.FIRST_B), PROVENANCE))
                .isInstanceOf(ProbeTrainingException.class)
                .hasMessage(message);
    }

    private static List<LabelledUpdate> only(String... sources) {
        return separable().stream()
                .filter(update -> List.of(sources).contains(update.source()))
                .toList();
    }

    /** Harmful updates point one way in every layer, benign ones the other, with noise of half that length. */
    private static List<LabelledUpdate> separable() {
        List<LabelledUpdate> updates = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            String source = List.of("chat", "code", "abuse", "weapons").get(i / 20);
            updates.add(update(Probes.LAYOUT, i, i >= 40, source));
        }
        return updates;
    }

    private static LabelledUpdate update(AdapterLayout layout, long seed, boolean harmful, String source) {
        float[] values = Probes.update(layout, seed).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * 0.5f + (harmful ? 1 : -1);
        }
        return new LabelledUpdate(LoraUpdate.wrap(layout, values), harmful, source);
    }
}
