package io.safefedllm.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentSettingsTest {
    @TempDir
    private Path directory;

    @Test
    void read_tables_becomeDottedKeys() throws IOException {
        Path file = write(
                "num-server-rounds = 3\n[safe-fedllm]\nlevel = 'client'\nclip.enabled = true\nmin-weight = 0.5\n");

        assertThat(DeploymentSettings.read(file).values())
                .containsOnly(
                        Map.entry("num-server-rounds", 3L),
                        Map.entry("safe-fedllm.level", "client"),
                        Map.entry("safe-fedllm.clip.enabled", true),
                        Map.entry("safe-fedllm.min-weight", 0.5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"level = ", "level = [1, 2]", "[a]\nb = 1979-05-27"})
    void read_unusableFile_namesIt(String text) throws IOException {
        Path file = write(text);

        assertThatThrownBy(() -> DeploymentSettings.read(file))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(FailureCode.CONFIG_FILE))
                .hasMessageContaining(file.toString());
    }

    @Test
    void with_assignments_areReadAsTomlOrText() {
        assertThat(DeploymentSettings.none()
                        .with(List.of(
                                "a=1", "b=0.5", "c=true", "d=\"1\"", "e=client", "f=first_b,rest_b", "g=a=b", "h="))
                        .values())
                .containsOnly(
                        Map.entry("a", 1L),
                        Map.entry("b", 0.5),
                        Map.entry("c", true),
                        Map.entry("d", "1"),
                        Map.entry("e", "client"),
                        Map.entry("f", "first_b,rest_b"),
                        Map.entry("g", "a=b"),
                        Map.entry("h", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"level", "=client", ""})
    void with_noAssignment_isWrongUsage(String text) {
        assertThatThrownBy(() -> DeploymentSettings.none().with(List.of(text)))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(FailureCode.USAGE));
    }

    @Test
    void with_keyOfTheFile_winsOverIt() throws IOException {
        assertThat(DeploymentSettings.read(write("a = 'file'\nb = 'file'"))
                        .with(List.of("b=set"))
                        .values())
                .containsOnly(Map.entry("a", "file"), Map.entry("b", "set"));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("settings.toml"), text);
    }
}
