package io.safefedllm.client.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * No golden file without a test that reads it. Those tests take models, LoRA sets and runs from the folders, so a new case of a known
 * form is tested as it is put there; one of an unknown form fails here.
 */
class GoldenCoverageTest {

    /** Forms of files, each with the test that reads all files of the form. */
    private static final Map<String, String> READERS = Map.ofEntries(
            Map.entry("cases/[^/]+/forward\\.safetensors", "model.CausalLmGoldenTest"),
            Map.entry("cases/[^/]+/greedy\\.json", "model.CausalLmGoldenTest"),
            Map.entry("cases/[^/]+/train_batches\\.safetensors", "train.LoraTrainingGoldenTest"),
            Map.entry("cases/[^/]+/[^/]+/grads\\.safetensors", "model.CausalLmGoldenTest"),
            Map.entry("cases/[^/]+/[^/]+/merged\\.safetensors", "model.CausalLmGoldenTest"),
            Map.entry("cases/[^/]+/[^/]+/order\\.json", "model.LoraTargetsGoldenTest"),
            Map.entry("cases/[^/]+/[^/]+/train-[^/]+\\.(json|safetensors)", "train.LoraTrainingGoldenTest"),
            Map.entry("cases/[^/]+/[^/]+/adapter-warm/.*", "model.CausalLmGoldenTest"),
            Map.entry("cases/[^/]+/[^/]+/adapter-(?!warm)[^/]+/.*", "train.LoraTrainingGoldenTest"),
            Map.entry("models/[^/]+/[^/]+", "model.CausalLmGoldenTest"),
            Map.entry("text/adamw\\.(json|safetensors)|text/schedules\\.json", "train.OptimiserGoldenTest"),
            Map.entry("text/tokenization\\.json", "data.TokenizationGoldenTest"),
            Map.entry("text/chat_templates\\.json", "template.ChatTemplateTest"),
            Map.entry("stories260K/.*", "model.Stories260KTest"),
            Map.entry("smollm2/.*", "model.SmolLm2Test"),
            Map.entry("qwen2\\.5-coder/.*", "model.Qwen25CoderTest"),
            Map.entry("gguf/.*", "gguf.GgufGoldenTest"));

    /** Not cases: how the files were made, and how precise they are. */
    private static final String NO_CASE = "README\\.md|scripts/.*|summary\\.json";

    /** Read from beside the repository only: large, or the numbers of models that are not ours. */
    private static final String OUTSIDE = "(stories260K|smollm2|qwen2\\.5-coder)/.*|gguf/blocks.*";

    @Test
    void files_allOfThem_haveATest() throws ClassNotFoundException {
        List<String> untested = new ArrayList<>();
        Set<String> all = new TreeSet<>(files(Golden.root()));
        if (Golden.isThere(Golden.shared())) {
            all.addAll(files(Golden.shared()));
        }
        for (String file : all) {
            List<String> readers = READERS.entrySet().stream()
                    .filter(reader -> file.matches(reader.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
            if (!file.matches(NO_CASE) && readers.size() != 1) {
                untested.add(file);
            }
        }

        assertThat(untested).isEmpty();
        for (String reader : new TreeSet<>(READERS.values())) {
            assertThat(Class.forName("io.safefedllm.client." + reader)).isNotNull();
        }
    }

    @Test
    void models_allOfThem_haveCases() {
        assertThat(Golden.models()).containsExactly("llama-a", "llama-b", "llama-c", "qwen2-a", "qwen2-b");
        assertThat(Golden.sets()).hasSize(7);
        assertThat(Golden.runs()).hasSize(15);
    }

    @Test
    void files_besideTheRepository_areTheSame() throws IOException {
        assumeTrue(Golden.isThere(Golden.shared()), "the originals are missing");
        for (String file : files(Golden.shared())) {
            Path copy = Golden.root().resolve(file);
            if (!file.matches(OUTSIDE)) {
                assertThat(copy).isRegularFile();
                assertThat(Files.mismatch(Golden.shared().resolve(file), copy))
                        .as(file)
                        .isEqualTo(-1);
            }
        }
    }

    private static List<String> files(Path root) {
        try (var paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
