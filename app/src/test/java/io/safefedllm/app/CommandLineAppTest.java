package io.safefedllm.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineAppTest {
    private final Harness program = new Harness();

    @Test
    void run_help_listsTheVerbs() {
        assertThat(program.run("--help")).isZero();

        assertThat(program.out()).contains("doctor").contains("Exit status");
        assertThat(program.err()).isEmpty();
    }

    @Test
    void run_version_namesTheBuild() {
        assertThat(program.run("--version")).isZero();

        assertThat(program.out()).startsWith("safe-fedllm ").doesNotContain("${");
    }

    @TestFactory
    Stream<DynamicTest> run_helpOfEveryVerb_showsItsOptionsAndAnExample() {
        return new CommandLineApp(program.console(), program.environment, program.shutdown)
                .commandLine().getSubcommands().keySet().stream()
                        .map(verb -> DynamicTest.dynamicTest(verb, () -> {
                            Harness fresh = new Harness();

                            assertThat(fresh.run(verb, "--help")).isZero();

                            assertThat(fresh.out()).contains("Usage: safe-fedllm " + verb, "./safe-fedllm " + verb);
                        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"doctr", "--frobnicate", "doctor --frobnicate", "doctor surplus", ""})
    void run_wrongUsage_endsWithOneLineAndStatus2(String line) {
        assertThat(program.run(line.isEmpty() ? new String[0] : line.split(" ")))
                .isEqualTo(2);

        assertThat(program.out()).isEmpty();
        assertThat(program.err().lines())
                .singleElement()
                .asString()
                .startsWith("safe-fedllm: ")
                .contains("--help.")
                .endsWith(" SFL-100 (docs/exit-codes/SFL-100.md)");
    }

    @Test
    void run_wrongUsageWithDebug_showsTheStackTraceToo() {
        assertThat(program.run("--debug", "doctor", "surplus")).isEqualTo(2);

        assertThat(program.err()).contains("\tat ").endsWith("SFL-100 (docs/exit-codes/SFL-100.md)\n");
    }
}
