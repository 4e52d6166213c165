package io.safefedllm.probe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.Probes;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeProvenance;
import io.safefedllm.probe.model.UpdateRecipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledUpdatesTest {
    private static final LoraConfig CONFIG = new LoraConfig(2, 4, 0, List.of("q_proj"), "tiny");
    private static final AdapterLayout LAYOUT = AdapterLayout.of(List.of(
            new TensorSpec("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", List.of(2, 3)),
            new TensorSpec("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", List.of(4, 2))));
    private static final UpdateOrigin CHAT = new UpdateOrigin(false, "chat", UpdateRecipe.FINAL, 5e-5, 10, 16);
    private static final UpdateOrigin ABUSE = new UpdateOrigin(true, "abuse", "", Double.NaN, 0, 0);

    @TempDir
    private Path directory;

    @Test
    void writer_thenOpen_givesUpdatesLabelsAndSourcesBack() throws IOException {
        LoraAdapter first = initial();
        LoraAdapter second = first.plus(Probes.update(LAYOUT, 1));
        write(first, second);

        LabelledUpdates updates = LabelledUpdates.open(directory);

        assertThat(updates.size()).isEqualTo(3);
        assertThat(updates.strata()).containsExactly("benign/chat", "harmful/abuse", "benign/chat");
        assertThat(updates)
                .containsExactly(labelled(first, 2, CHAT), labelled(first, 3, ABUSE), labelled(second, 4, CHAT));
        assertThat(updates.subset(new int[] {2, 0}))
                .containsExactly(labelled(second, 4, CHAT), labelled(first, 2, CHAT));
        assertThat(directory.resolve("bases")).isDirectoryContaining(path -> true);
        try (var bases = Files.list(directory.resolve("bases"))) {
            assertThat(bases).hasSize(2);
        }
    }

    @Test
    void provenance_twoBases_tellsInitialFromGlobalAndNamesLoraA() throws IOException {
        LoraAdapter first = initial();
        write(first, first.plus(Probes.update(LAYOUT, 1)));

        ProbeProvenance provenance = LabelledUpdates.open(directory).provenance("0.1.0");

        assertThat(provenance.toolVersion()).isEqualTo("0.1.0");
        assertThat(provenance.baseModel()).isEqualTo("tiny");
        assertThat(provenance.recipes())
                .extracting(UpdateRecipe::base)
                .containsExactly(UpdateRecipe.INITIAL, UpdateRecipe.INITIAL, UpdateRecipe.GLOBAL);
        assertThat(provenance.recipes().get(0).learningRate()).isEqualTo(5e-5);
        assertThat(provenance.recipes().get(1).learningRate()).isNaN();
        assertThat(provenance.recipes().get(0).loraA())
                .hasSize(64)
                .isEqualTo(provenance.recipes().get(1).loraA())
                .isNotEqualTo(provenance.recipes().get(2).loraA());
    }

    @Test
    void create_directoryWithManifest_isRefused() throws IOException {
        write(initial(), initial());

        assertThatThrownBy(() -> LabelledUpdateWriter.create(directory, CONFIG))
                .isInstanceOf(StoreException.class)
                .hasMessageEndingWith("there is a set of labelled updates already; name another directory");
    }

    @Test
    void create_whatAnInterruptedWriterLeft_isNoSetAndIsWrittenOver() throws IOException {
        LabelledUpdateWriter.create(directory, CONFIG).add(initial(), initial(), ABUSE);
        assertThatThrownBy(() -> LabelledUpdates.open(directory)).isInstanceOf(IOException.class);

        write(initial(), initial());

        assertThat(LabelledUpdates.open(directory)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | line 1: not valid JSON",
                "[] | line 1: 'label' must be a string",
                "{'adapter':'a','base':'b','label':'evil','source':'s'} | label must be benign or harmful but is 'evil'",
                "{'adapter':'a','base':'b','label':'benign','source':''} | must name its source",
                "{'adapter':'a','base':'b','label':'benign','source':'s','steps':-1} | must not be negative",
                "{'adapter':'../a','base':'b','label':'benign','source':'s'} | must be a path below the manifest's directory",
                "{'adapter':'x/../../a','base':'b','label':'benign','source':'s'} | must be a path below",
                "{'adapter':'a','base':'/etc','label':'benign','source':'s'} | must be a path below",
                "{'adapter':'a','adapter':'c','base':'b','label':'benign','source':'s'} | Duplicate field",
            })
    void open_malformedLine_isRefusedWithItsNumber(String line, String fault) throws IOException {
        manifest(line);

        assertThatThrownBy(() -> LabelledUpdates.open(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(directory.resolve("manifest.jsonl") + " line 1: ")
                .hasMessageContaining(fault);
    }

    @Test
    void open_emptyManifest_isRefused() throws IOException {
        manifest("");

        assertThatThrownBy(() -> LabelledUpdates.open(directory)).hasMessageEndingWith("there is no update");
    }

    @Test
    void open_noManifest_isRefused() {
        assertThatThrownBy(() -> LabelledUpdates.open(directory)).hasMessageContaining("there is no manifest.jsonl");
    }

    @Test
    void iterator_adapterWithOtherTensors_failsNamingItsBase() throws IOException {
        PeftDirectory.write(directory.resolve("base"), new PeftAdapter(CONFIG, initial()));
        AdapterLayout wider = AdapterLayout.of(List.of(
                LAYOUT.tensors().get(0), new TensorSpec(LAYOUT.tensors().get(1).name(), List.of(5, 2))));
        PeftDirectory.write(directory.resolve("wide"), new PeftAdapter(CONFIG, LoraAdapter.wrap(wider, new float[16])));
        manifest("{'adapter':'wide','base':'base','label':'benign','source':'s'}");
        Iterator<LabelledUpdate> updates = LabelledUpdates.open(directory).iterator();

        assertThatThrownBy(updates::next)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("does not fit its base base: the layouts differ in a name or a shape");
    }

    private void write(LoraAdapter first, LoraAdapter second) throws IOException {
        LabelledUpdateWriter writer = LabelledUpdateWriter.create(directory, CONFIG);
        writer.add(first, first.plus(Probes.update(LAYOUT, 2)), CHAT);
        writer.add(first, first.plus(Probes.update(LAYOUT, 3)), ABUSE);
        writer.add(second, second.plus(Probes.update(LAYOUT, 4)), CHAT);
        writer.finish();
    }

    private void manifest(String line) throws IOException {
        Files.writeString(directory.resolve("manifest.jsonl"), line.replace('\'', '"') + "\n");
    }

    private static LabelledUpdate labelled(LoraAdapter base, long seed, UpdateOrigin origin) {
        LoraUpdate update = LoraUpdate.between(base, base.plus(Probes.update(LAYOUT, seed)));
        return new LabelledUpdate(update, origin.harmful(), origin.source());
    }

    /** A from a seed, B zero. */
    private static LoraAdapter initial() {
        float[] values = Probes.update(LAYOUT, 9).toArray();
        Arrays.fill(values, 6, 14, 0f);
        return LoraAdapter.wrap(LAYOUT, values);
    }
}
