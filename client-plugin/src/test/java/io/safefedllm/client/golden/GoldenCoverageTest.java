package io.safefedllm.client.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * No golden file without a test that reads it. Those tests take models, LoRA sets and runs from the folders, so a new case of a known
 * form is tested as it is put there; one of an unknown form fails here, and a new key of a known file in the class that answers for it.
 */
class GoldenCoverageTest {
    private static final List<String> READERS = List.of(
            "data.TokenizationGoldenTest",
            "gguf.GgufGoldenTest",
            "model.CausalLmGoldenTest",
            "model.LoraGoldenTest",
            "model.LoraTargetsGoldenTest",
            "model.Qwen25CoderTest",
            "model.SmolLm2Test",
            "model.Stories260KTest",
            "template.ChatTemplateTest",
            "train.LoraTrainingGoldenTest",
            "train.OptimiserGoldenTest");

    /** Not cases: how the files were made, and how precise they are. */
    private static final String NO_CASE = "README\\.md|scripts/.*|summary\\.json";

    /** Read from beside the repository only: large, or the numbers of models that are not ours. */
    private static final String OUTSIDE = "(stories260K|smollm2|qwen2\\.5-coder)/.*|gguf/blocks.*";

    @Test
    void files_allOfThem_haveOneTestThatAnswersForThem() throws ClassNotFoundException {
        List<String> forms = new ArrayList<>();
        for (String name : READERS) {
            GoldenReader reader = Class.forName("io.safefedllm.client." + name).getAnnotation(GoldenReader.class);
            assertThat(reader).as(name).isNotNull();
            forms.addAll(List.of(reader.files()));
            forms.addAll(List.of(reader.whole()));
        }

        for (String file : Golden.files().keySet()) {
            assertThat(forms.stream().filter(file::matches)).as(file).hasSize(file.matches(NO_CASE) ? 0 : 1);
        }
    }

    @GoldenReader(files = "text/schedules\\.json", notes = "/over_rounds/(formula|min)")
    private static final class Careless {}

    @Test
    void unread_keysOfAFile_areNamedUnlessTheyAreNotes() {
        Path file = Golden.root().resolve("text/schedules.json");
        GoldenReads.forget();

        Golden.json(file).at("/over_rounds/total");

        assertThat(UnreadKeys.unread(Careless.class.getAnnotation(GoldenReader.class), Golden.files(Golden.root())))
                .containsExactly(
                        "text/schedules.json: /within_round",
                        "text/schedules.json: /over_rounds/base",
                        "text/schedules.json: /over_rounds/lr");
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
        for (String file : Golden.files(Golden.shared()).keySet()) {
            Path copy = Golden.root().resolve(file);
            if (!file.matches(OUTSIDE)) {
                assertThat(copy).isRegularFile();
                assertThat(Files.mismatch(Golden.shared().resolve(file), copy))
                        .as(file)
                        .isEqualTo(-1);
            }
        }
    }
}
