package io.safefedllm.app.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.app.Harness;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {
    private static final Path EXAMPLE = Path.of(System.getProperty("safefedllm.root"), "examples", "tiny-llama");
    private static final String PROBE = EXAMPLE.resolve("probe.sflp").toString();
    private static final String BASE = EXAMPLE.resolve("initial-adapter").toString();

    private final Harness program = new Harness();

    @TempDir
    private Path directory;

    @Test
    void score_untouchedAdapter_isHarmfulAsAZeroUpdate() {
        int status = program.run("score", "--probe", PROBE, "--base", BASE, BASE);

        assertThat(status).isZero();
        assertThat(program.out()).contains(": harmful (ZERO_UPDATE");
    }

    @Test
    void score_adapterAlongTheProbe_isHarmfulAndItsOppositeBenign() throws IOException {
        String along = adapter("along", 1);
        String against = adapter("against", -1);

        int status = program.run("score", "--probe", PROBE, along, against);

        assertThat(status).isZero();
        assertThat(program.out().lines().toList().get(0)).startsWith(along + ": harmful (first_b 0.");
        assertThat(program.out().lines().toList().get(0)).contains("; second opinions: layer_b:", "gram_v");
        assertThat(program.out().lines().toList().get(1)).startsWith(against + ": benign (first_b 0.");
    }

    @Test
    void score_exitCode_saysWhetherOneIsHarmful() throws IOException {
        String along = adapter("along", 1);
        String against = adapter("against", -1);

        assertThat(program.run("score", "--probe", PROBE, "--exit-code", against))
                .isZero();
        assertThat(program.run("score", "--probe", PROBE, "--exit-code", against, along))
                .isEqualTo(3);
    }

    @Test
    void score_json_givesViewsAndOpinions() throws IOException {
        String along = adapter("along", 1);

        program.run("score", "--probe", PROBE, "--json", along);

        JsonNode line = new JsonMapper().readTree(program.out());
        assertThat(line.get("verdict").asText()).isEqualTo("harmful");
        assertThat(line.get("views").findValuesAsText("name")).containsExactly("first_b", "rest_b", "all_b");
        assertThat(line.get("opinions")).hasSize(2);
    }

    @Test
    void score_chosenViewsAndThreshold_decideAlone() throws IOException {
        String along = adapter("along", 1);

        program.run("score", "--probe", PROBE, "--views", "rest_b", "--threshold", "1", along);

        assertThat(program.out()).startsWith(along + ": benign (rest_b ").contains(" < 1.0000;");
    }

    @Test
    void score_unfitAdapters_areNamedAndTheOthersScored() throws IOException {
        String along = adapter("along", 1);
        String against = adapter("against", -1);
        PeftAdapter base = PeftDirectory.read(Path.of(BASE));
        LoraAdapter whole = base.adapter();
        AdapterLayout half = AdapterLayout.of(whole.layout().tensors().stream()
                .filter(tensor -> tensor.name().contains("layers.0."))
                .toList());
        Path other = directory.resolve("other");
        PeftDirectory.write(other, new PeftAdapter(base.config(), LoraAdapter.wrap(half, new float[half.size()])));
        String empty = Files.createDirectory(directory.resolve("empty")).toString();

        int status = program.run("score", "--probe", PROBE, "--exit-code", other.toString(), along, empty, against);

        assertThat(status).isEqualTo(1);
        List<String> lines = program.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith(other + ": unfit (");
        assertThat(lines.get(1)).startsWith(along + ": harmful");
        assertThat(lines.get(2)).startsWith(empty + ": unfit (").contains("adapter_config.json");
        assertThat(lines.get(3)).startsWith(against + ": benign");
        assertThat(program.err().lines()).singleElement().asString().contains("SFL-105");
    }

    @Test
    void score_unknownView_isWrongUsage() {
        int status = program.run("score", "--probe", PROBE, "--views", "rest_c", BASE);

        assertThat(status).isEqualTo(2);
        assertThat(program.err()).contains("the probe has no view 'rest_c'; it has first_b, rest_b, all_b");
    }

    /** B along the weights of the widest view, or against them. */
    private String adapter(String name, int sign) throws IOException {
        PeftAdapter base = PeftDirectory.read(Path.of(BASE));
        ProbeSet probes = ProbeFile.read(Path.of(PROBE));
        ProbeView view = probes.view("all_b");
        LinearProbe probe = view.probe();
        float[] values = base.adapter().toArray();
        float[] weights = probe.weights();
        int at = 0;
        for (int i = 0; i < probe.keys().names().size(); i++) {
            int offset = base.adapter().layout().offset(probe.keys().names().get(i));
            for (int j = 0; j < probe.keys().sizes().get(i); j++) {
                values[offset + j] = sign * weights[at];
                at++;
            }
        }
        Path target = directory.resolve(name);
        PeftDirectory.write(
                target,
                new PeftAdapter(base.config(), LoraAdapter.wrap(base.adapter().layout(), values)));
        return target.toString();
    }
}
