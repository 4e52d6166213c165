package io.safefedllm.probe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DjlRuntimeTest {
    @TempDir
    private Path torch;

    @Test
    void keepOffline_beforeDjlStarts_setsBothSwitches() {
        DjlRuntime.keepOffline();

        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__version__ = '2.7.1+cu126'", "__version__: str = \"2.7.1\""})
    void requireTorchVersion_version271_isAccepted(String line) throws IOException {
        Files.writeString(torch.resolve("version.py"), "from typing import Optional\n" + line + "\n");

        assertThatCode(() -> DjlRuntime.requireTorchVersion(library())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"__version__ = '2.13.0+cu126'", "__version__ = '2.7.10'", "nothing"})
    void requireTorchVersion_anotherVersion_isRefusedBeforeItIsLoaded(String line) throws IOException {
        Files.writeString(torch.resolve("version.py"), line);

        assertThatThrownBy(() -> DjlRuntime.requireTorchVersion(library()))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageEndingWith("only torch 2.7.1 works (pip install torch==2.7.1)");
    }

    @Test
    void requireTorchVersion_noVersionBesideTheLibrary_isRefused() {
        assertThatThrownBy(() -> DjlRuntime.requireTorchVersion(library())).hasMessageContaining("holds torch unknown");
    }

    @Test
    void requireTorchVersion_noLibraryNamed_usesTheClassPath() {
        assertThatCode(() -> DjlRuntime.requireTorchVersion(null)).doesNotThrowAnyException();
    }

    private String library() {
        return torch.resolve("lib").toString();
    }
}
