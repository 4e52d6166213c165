package io.safefedllm.app.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.Harness;
import io.safefedllm.client.download.PublishedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a network: what needs one is tested where it is written. */
class ModelCommandTest {
    @TempDir
    private Path directory;

    private final Harness program = new Harness();

    @Test
    void import_goldenFile_writesADirectory() throws IOException {
        Path root = Path.of(System.getProperty("safefedllm.root"));
        Path gguf = root.resolve("client-plugin/src/test/resources/golden/lora/gguf/tiny.gguf");
        Path out = directory.resolve("out");

        assertThat(program.run("model", "import", gguf.toString(), "--out", out.toString(), "--dtype", "bf16"))
                .isZero();

        assertThat(program.out()).isEqualTo(out + ": imported from tiny.gguf\n");
        assertThat(out.resolve("config.json")).content().contains("bfloat16");
        Harness again = new Harness();
        assertThat(again.run("model", "import", gguf.toString(), "--out", out.toString()))
                .isEqualTo(1);
        assertThat(again.err()).contains("is in the way", "SFL-102");
    }

    @Test
    void import_otherFile_isRefusedWithItsCode() throws IOException {
        Path file = Files.writeString(directory.resolve("x.gguf"), "not one at all");

        assertThat(program.run("model", "import", file.toString(), "--out", "unused"))
                .isEqualTo(1);
        assertThat(program.err()).contains("not a GGUF file", "SFL-104");
    }

    @Test
    void get_nobodyAnswers_endsWithItsCode() {
        program.environment.put("PIP_CONFIG_FILE", "/dev/null");
        program.environment.put("PIP_INDEX_URL", "http://127.0.0.1:1/simple");
        program.environment.put("SAFE_FEDLLM_CACHE", directory.toString());
        Path out = directory.resolve("out");

        assertThat(program.run("model", "get", "smollm2", "--out", out.toString()))
                .isEqualTo(1);
        assertThat(program.err()).contains("offline", "SFL-310");
        assertThat(out).doesNotExist();
    }

    @Test
    void get_wrongNames_areWrongUsage() {
        assertThat(program.run("model", "get", "gpt-4", "--out", "unused")).isEqualTo(2);
        assertThat(program.run("model", "get", "smollm2", "--out", "unused", "--dtype", "int4"))
                .isEqualTo(2);
        assertThat(program.err()).contains("known: smollm2", "f32, f16, bf16");
    }

    @Test
    void list_showsEveryModelWithItsLicence() {
        assertThat(program.run("model", "list")).isZero();
        PublishedModel.ALL.forEach(
                model -> assertThat(program.out()).contains(model.key(), model.licence(), model.title()));
    }
}
