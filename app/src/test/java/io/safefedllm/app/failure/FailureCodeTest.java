package io.safefedllm.app.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureCodeTest {
    private static final Path ROOT = Path.of(System.getProperty("safefedllm.root"));

    @Test
    void pages_ofTheDirectory_areThoseOfTheCodes() throws IOException {
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs/exit-codes"))) {
            List<String> labels = pages.map(page -> page.getFileName().toString())
                    .filter(name -> name.startsWith("SFL-"))
                    .toList();

            assertThat(labels)
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(FailureCode.values())
                            .map(code -> code.label() + ".md")
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void page_ofACode_hasItsTitleAndStatus(FailureCode code) throws IOException {
        String page = Files.readString(ROOT.resolve(code.page()));

        assertThat(page)
                .startsWith("# " + code.label() + ": " + code.title() + "\n\nExit status " + code.exitStatus() + ".")
                .contains("## What to do\n\n- ");
    }

    @Test
    void launcher_codes_areKnown() throws IOException {
        Matcher raised = Pattern.compile("SFL-\\d+").matcher(Files.readString(ROOT.resolve("safe-fedllm")));

        assertThat(raised.results().map(match -> match.group()).distinct())
                .containsExactlyInAnyOrder(FailureCode.NO_JAVA.label(), FailureCode.BUILD_FAILED.label());
    }
}
