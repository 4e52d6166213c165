package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden vector of the adapter level; {@code generate.py} beside them is their independent source. */
class AdapterVectorsTest {
    private static final int COUNT = 18;

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

    /** Boosting a million times over moves the clipped mean no further than boosting ten times does. */
    @Test
    void boost_anyFactor_movesTheClippedMeanTheSame() throws Exception {
        GoldenCase tenfold = folder().read("adapter-boost-hidden.json");
        GoldenCase huge = folder().read("adapter-boost-huge.json");

        assertThat(distance(huge, "clipped"))
                .isCloseTo(distance(tenfold, "clipped"), within(1e-6))
                .isLessThan(GoldenCase.number(huge.expected("rho")));
        assertThat(distance(huge, "unclipped")).isGreaterThan(1e4);
    }

    private static double distance(GoldenCase vector, String result) {
        double[] global = vector.inputNumbers("global");
        double[] values = GoldenCase.numbers(vector.expected(result));
        double sum = 0.0;
        for (int i = 0; i < global.length; i++) {
            sum += (values[i] - global[i]) * (values[i] - global[i]);
        }
        return Math.sqrt(sum);
    }

    private static List<String> files() throws IOException, URISyntaxException {
        return folder().files();
    }

    private static VectorFolder folder() throws URISyntaxException {
        return VectorFolder.of("/golden/adapter");
    }
}
