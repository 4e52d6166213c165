package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden vector of the defence, each within its own tolerance. */
class DefenceVectorsTest {
    private static final int COUNT = 179;

    @ParameterizedTest
    @MethodSource("files")
    void vector_everyFile_agrees(String file) throws Exception {
        GoldenCase vector = folder().read(file);

        VectorChecks.of(vector.kind()).check(vector);
    }

    @Test
    void files_allOfThem_areTheOnesListed() throws Exception {
        VectorFolder folder = folder();

        assertThat(folder.found()).hasSize(COUNT).containsExactlyInAnyOrderEntriesOf(folder.listed());
    }

    private static List<String> files() throws IOException, URISyntaxException {
        return folder().files();
    }

    private static VectorFolder folder() throws URISyntaxException {
        return VectorFolder.of("/golden/defence");
    }
}
