package io.safefedllm.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's code is compiled, runs, and stands in the README as it was compiled. */
class ReadmeSnippetsTest {
    private static final String SOURCE = "integration-tests/src/test/java/io/safefedllm/docs/ReadmeSnippets.java";

    @ParameterizedTest
    @ValueSource(strings = {"client-app", "client-app-serve", "server-app"})
    void snippet_inTheReadme_isTheCompiledOne(String name) {
        assertThat(Repository.block("README.md", "snippet: " + name)).contains(compiled(name));
    }

    @ParameterizedTest
    @CsvSource({
        "python-server-app, recorded-updates/recorded/protected_server_app.py",
        "python-client-app, flowertune-tiny/flowertune_tiny/reporting_client_app.py"
    })
    void pythonSnippet_inTheReadme_isThatOfTheAppThatIsRun(String name, String file) {
        List<String> lines = Repository.lines("integration-tests/src/test/apps/" + file);
        int start = lines.indexOf("    # snippet: " + name) + 1;
        int length = lines.subList(start, lines.size()).indexOf("    # end");

        assertThat(Repository.block("README.md", "snippet: " + name))
                .contains(lines.subList(start, start + length).stream()
                        .map(line -> line.substring("    ".length()))
                        .toList());
    }

    @Test
    void snippets_runTogether_completeARun(@TempDir Path state) throws Exception {
        RunOutcome outcome = EmbeddedFederation.builder()
                .runConfig(Map.of("num-server-rounds", 1L, "strategy.min-available-nodes", 2L))
                .node(2, Map.of(), ReadmeSnippets.clientApp(ReadmeSnippetsTest::nudge))
                .node(3, Map.of(), ReadmeSnippets.clientApp(ReadmeSnippetsTest::nudge))
                .run(ReadmeSnippets.serverApp(Repository.path("examples/tiny-llama"), state));

        assertThat(outcome.reason()).isEmpty();
        assertThat(Files.readString(state.resolve("1/journal.jsonl"))).contains("\"type\":\"round\"");
    }

    private static Array nudge(Array array) {
        try {
            float[] values = array.toFloat32();
            for (int i = 0; i < values.length; i++) {
                values[i] += 1e-4f;
            }
            return Array.ofFloat32(array.shape(), values);
        } catch (FormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the lines between a snippet's markers, indented as in the README. */
    private static List<String> compiled(String name) {
        List<String> lines = Repository.lines(SOURCE);
        int start = lines.indexOf("        // snippet: " + name) + 1;
        int length = lines.subList(start, lines.size()).indexOf("        // end");
        return lines.subList(start, start + length).stream()
                .map(line -> line.substring("        ".length()))
                .toList();
    }
}
