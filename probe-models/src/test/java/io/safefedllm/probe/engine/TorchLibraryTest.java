package io.safefedllm.probe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On folders that look like an installed torch and hold no library that could be loaded. */
class TorchLibraryTest {
    @TempDir
    private Path sitePackages;

    private Path torch;
    private Path library;

    @BeforeEach
    void lookLikeTorch() throws IOException {
        torch = sitePackages.resolve("torch");
        library = Files.createDirectories(torch.resolve("lib"));
        Files.createFile(library.resolve("libtorch_cpu.so"));
    }

    @Test
    void of_nothingSet_isTheLibraryOfTheClassPath() {
        TorchLibrary bundled = TorchLibrary.of(Map.of());

        assertThat(bundled).isEqualTo(new TorchLibrary(Optional.empty(), "2.7.1", "cpu"));
        assertThat(bundled.describe()).contains("torch 2.7.1", "flavour cpu", "class path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__version__ = '2.7.1+cu126'", "__version__: str = \"2.7.1\""})
    void of_version271_isAccepted(String line) throws IOException {
        version("from typing import Optional\n" + line + "\n");

        TorchLibrary found = TorchLibrary.of(settings());

        assertThat(found.version()).startsWith("2.7.1");
        assertThat(found.folder()).contains(library);
        assertThat(found.describe()).contains(found.version(), library.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"__version__ = '2.13.0+cu126'", "__version__ = '2.7.10'", "__version__ = '2.8.0'", "nothing"})
    void of_anotherVersion_isRefusedBeforeItIsLoaded(String line) throws IOException {
        version(line);

        assertThatThrownBy(() -> TorchLibrary.of(settings()))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining(library.toString())
                .hasMessageEndingWith("only torch 2.7.1 works (pip install torch==2.7.1)");
    }

    @ParameterizedTest
    @CsvSource({"torch-2.7.1+cu126.dist-info, true", "torch-2.7.1.dist-info, true", "torch-2.9.0.dist-info, false"})
    void of_noVersionFile_readsTheNameOfTheDistribution(String directory, boolean accepted) throws IOException {
        Files.createDirectory(sitePackages.resolve(directory));

        if (accepted) {
            assertThat(TorchLibrary.of(settings()).version()).startsWith("2.7.1");
        } else {
            assertThatThrownBy(() -> TorchLibrary.of(settings())).hasMessageContaining("holds torch 2.9.0");
        }
    }

    @Test
    void of_noVersionAnywhere_isRefused() {
        assertThatThrownBy(() -> TorchLibrary.of(settings())).hasMessageContaining("holds torch unknown");
    }

    @Test
    void of_claimOfAnotherVersion_isRefused() throws IOException {
        version("__version__ = '2.7.1'");

        assertThatThrownBy(() -> TorchLibrary.of(settings("PYTORCH_VERSION", "2.13.0")))
                .hasMessageContaining("PYTORCH_VERSION=2.13.0");
    }

    @Test
    void of_folderWithoutALibrary_isRefused() throws IOException {
        version("__version__ = '2.7.1'");
        Files.delete(library.resolve("libtorch_cpu.so"));

        assertThatThrownBy(() -> TorchLibrary.of(settings())).hasMessageContaining("holds no PyTorch library");
    }

    @Test
    void flavour_followsTheFolder() throws IOException {
        version("__version__ = '2.7.1'");

        assertThat(TorchLibrary.of(settings()).flavour()).isEqualTo("cpu");
        Files.createFile(library.resolve("libtorch_cuda.so"));
        assertThat(TorchLibrary.of(settings()).flavour()).isEqualTo("cu128");
        assertThat(TorchLibrary.of(settings()).isCuda()).isTrue();
        assertThat(TorchLibrary.of(settings("PYTORCH_FLAVOR", "cpu")).flavour()).isEqualTo("cpu");
    }

    @Test
    void flavour_cudaOnAFolderForTheCpu_isRefused() throws IOException {
        version("__version__ = '2.7.1+cpu'");

        assertThatThrownBy(() -> TorchLibrary.of(settings("PYTORCH_FLAVOR", "cu128")))
                .hasMessageContaining("built for the CPU");
    }

    @ParameterizedTest
    @CsvSource({
        "2.7.1, cu128, true",
        "2.7.1+cu126, cu128, true",
        "2.7.1+cu128, cu128, true",
        "2.7.1+cu118, cu128, false",
        "2.7.1+cpu, cu128, false",
        "2.7.1+rocm6.3, cu128, false",
        "2.7.1+cu118, cpu, true",
        "2.7.1+cpu, cpu, true",
        "2.7.1+rocm6.3, cpu, false",
    })
    void of_buildForOtherDevices_isRefusedByName(String version, String flavour, boolean accepted) throws IOException {
        version("__version__ = '" + version + "'");
        Files.createFile(library.resolve("libtorch_cuda.so"));

        if (accepted) {
            assertThat(TorchLibrary.of(settings("PYTORCH_FLAVOR", flavour)).flavour())
                    .isEqualTo(flavour);
        } else {
            assertThatThrownBy(() -> TorchLibrary.of(settings("PYTORCH_FLAVOR", flavour)))
                    .isInstanceOf(DeviceUnavailableException.class)
                    .hasMessageContaining("holds torch " + version)
                    .hasMessageContaining("pip install torch==2.7.1");
        }
    }

    @Test
    void of_buildForAnotherCuda_isRefusedWithoutAnyFlavourSet() throws IOException {
        version("__version__ = '2.7.1+cu118'");
        Files.createFile(library.resolve("libtorch_cuda.so"));

        assertThatThrownBy(() -> TorchLibrary.of(settings()))
                .hasMessageContaining("2.7.1+cu118")
                .hasMessageContaining("CUDA 12")
                .hasMessageContaining("PYTORCH_FLAVOR=cpu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cu124", "cpu-precxx11", "rocm"})
    void flavour_unknown_isRefused(String flavour) throws IOException {
        version("__version__ = '2.7.1'");

        assertThatThrownBy(() -> TorchLibrary.of(settings("PYTORCH_FLAVOR", flavour)))
                .hasMessageContaining("PYTORCH_FLAVOR=" + flavour)
                .hasMessageContaining("cpu or cu128");
    }

    @ParameterizedTest
    @CsvSource({"PYTORCH_FLAVOR, cu128", "PYTORCH_VERSION, 2.5.1"})
    void of_cudaAskedForWithoutAFolder_isRefused(String name, String value) {
        assertThatThrownBy(() -> TorchLibrary.of(Map.of(name, value)))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining(value)
                .hasMessageContaining("PYTORCH_LIBRARY_PATH");
    }

    private void version(String text) throws IOException {
        Files.writeString(torch.resolve("version.py"), text);
    }

    private Map<String, String> settings() {
        return Map.of("PYTORCH_LIBRARY_PATH", library.toString());
    }

    private Map<String, String> settings(String name, String value) {
        Map<String, String> all = new HashMap<>(settings());
        all.put(name, value);
        return all;
    }
}
