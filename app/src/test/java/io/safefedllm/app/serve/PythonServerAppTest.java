package io.safefedllm.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.app.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against programs that take the options of one release and write down what they were given. */
class PythonServerAppTest {
    private static final String OLD_HELP = "--serverappio-api-address ADDR --token TOKEN --insecure --parent-pid PID";
    private static final String NEW_HELP =
            "--runtime-api-address ADDR --token TOKEN --token-file F --insecure --parent-pid PID";

    @TempDir
    private Path directory;

    @Test
    void start_oldRelease_givesTheTokenAsItsOwnLauncherDoes() throws Exception {
        try (PythonServerApp python = PythonServerApp.at(program(OLD_HELP))) {
            python.start("secret", "127.0.0.1:9091", List.of("--insecure"));

            assertThat(given())
                    .isEqualTo("--serverappio-api-address 127.0.0.1:9091 --insecure --parent-pid "
                            + ProcessHandle.current().pid() + " --token secret");
        }
    }

    @Test
    void start_newRelease_givesTheTokenThroughAPrivateFile() throws Exception {
        try (PythonServerApp python = PythonServerApp.at(program(NEW_HELP))) {
            python.start("secret", "127.0.0.1:8000", List.of("--root-certificates", "ca.pem"));

            assertThat(given())
                    .startsWith("--runtime-api-address 127.0.0.1:8000 --root-certificates ca.pem --parent-pid ")
                    .doesNotContain("secret", "--insecure")
                    .contains(" --token-file ");
            assertThat(directory.resolve("token")).hasContent("rw------- secret");
        }
    }

    @Test
    void awaitEnd_aProgramThatStillRuns_isWaitedFor() throws Exception {
        Files.createFile(directory.resolve("long"));
        try (PythonServerApp python = PythonServerApp.at(program(OLD_HELP))) {
            python.start("secret", "127.0.0.1:9091", List.of("--insecure"));
            assertThat(python.running()).isEqualTo(1);

            python.awaitEnd();

            assertThat(directory.resolve("ended")).exists();
        }
    }

    @Test
    void at_otherProgram_isRefused() throws IOException {
        Path other = program("--frobnicate");

        assertThatThrownBy(() -> PythonServerApp.at(other))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("is not Flower's flwr-serverapp");
    }

    @Test
    void at_missingProgram_isRefused() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> PythonServerApp.at(missing))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(missing.toString());
    }

    private String given() throws IOException, InterruptedException {
        Path file = directory.resolve("given");
        for (int i = 0; i < 600 && !Files.exists(file); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return Files.readString(file).strip();
    }

    private Path program(String help) throws IOException {
        Path file = directory.resolve("flwr-serverapp");
        String script =
                """
                #!/bin/sh
                [ "$1" = --help ] && echo 'usage: %s' && exit 0
                cd '%s'
                for last; do :; done
                case "$*" in *--token-file*) echo "$(stat -c %%A "$last" | cut -c2-) $(cat "$last")" >token;; esac
                echo "$*" >given.part && mv given.part given
                [ ! -f long ] || { sleep 2; touch ended; }
                """;
        Files.writeString(file, script.formatted(help, directory));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }
}
