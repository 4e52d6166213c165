package io.safefedllm.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.Harness;
import io.safefedllm.app.shipped.Bundled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries are folders that look like an installed torch; none of them could be loaded. */
class DoctorCommandTest {
    private static final String PATH = "PYTORCH_LIBRARY_PATH";

    @TempDir
    private Path torch;

    @AfterEach
    void forget() {
        System.clearProperty(PATH);
    }

    @Test
    void doctor_cpu_namesLibraryEngineAndDeviceAndWhatCudaNeeds() {
        Harness program = new Harness();

        assertThat(program.run("doctor", "--device", "cpu")).isZero();
        assertThat(program.out())
                .containsPattern("ok   library +torch 2\\.7\\.1, flavour cpu, from the class path")
                .containsPattern("ok   engine +PyTorch 2\\.7\\.1")
                .containsPattern("ok   device +cpu \\(as asked for\\), a matrix product is right")
                .contains("pip install torch==2.7.1", "PYTORCH_LIBRARY_PATH");
    }

    @Test
    void doctor_cudaDeviceThatIsNotThere_fails() {
        Harness program = new Harness();

        assertThat(program.run("doctor", "--device", "cuda:99")).isEqualTo(1);
        assertThat(program.out()).containsPattern("FAIL device +cuda:99 was asked for but this machine shows");
        assertThat(program.err()).contains("SFL-501");
    }

    @Test
    void doctor_torchThatWouldKillTheProcess_isNotLoaded() throws IOException {
        Path library = Files.createDirectories(torch.resolve("lib"));
        Files.createFile(library.resolve("libtorch_cpu.so"));
        Files.writeString(torch.resolve("version.py"), "__version__ = '2.13.0+cu130'\n");
        System.setProperty(PATH, library.toString());
        Harness program = new Harness();

        assertThat(program.run("doctor")).isEqualTo(1);
        assertThat(program.out())
                .containsPattern(
                        "FAIL library +PYTORCH_LIBRARY_PATH=.*holds torch 2\\.13\\.0\\+cu130; only torch 2\\.7\\.1")
                .doesNotContainPattern("(ok|FAIL) +engine");
        assertThat(program.err()).contains("pip install torch==2.7.1", "SFL-501");
    }

    @Test
    void train_deviceThatIsNotThere_neverRunsOnTheCpuInstead() throws IOException {
        Path rows = Files.writeString(torch.resolve("rows.json"), "[{\"instruction\": \"a\", \"output\": \"b\"}]");
        Path out = torch.resolve("out");
        Harness program = new Harness();

        int status = program.run(
                "train",
                "--model",
                Bundled.model().toString(),
                "--data",
                rows.toString(),
                "--out",
                out.toString(),
                "--device",
                "cuda:99");

        assertThat(status).isEqualTo(1);
        assertThat(program.err()).contains("cuda:99 was asked for", "SFL-501");
        assertThat(out).doesNotExist();
    }

    @Test
    void train_deviceThatNoneIs_isWrongUsage() {
        Harness program = new Harness();

        assertThat(program.run("doctor", "--device", "tpu")).isEqualTo(2);
        assertThat(program.err()).contains("unknown device 'tpu'; choose one of auto, cpu, cuda:N");
    }
}
