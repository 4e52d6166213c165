package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.it.harness.PythonPackage;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Python package's own tests, under every release that the other tests run with. */
@ExtendWith(ProcessOutputOnFailure.class)
class PythonPackageIT {

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#all")
    void unitTests_underEveryRelease_pass(FlwrRelease release, @TempDir Path directory) {
        assertThat(PythonPackage.runTests(release, directory)).containsPattern("(?m)^Ran [1-9]\\d+ tests");
    }
}
