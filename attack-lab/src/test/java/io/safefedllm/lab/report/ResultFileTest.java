package io.safefedllm.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
    @Test
    void write_result_hasTheFieldsOfTheFormat(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("result.json");

        ResultFile.write(file, SampleResults.of(3, "fedavg", "safe-fedllm:shadow"));

        var tree = new ObjectMapper().readTree(file.toFile());
        assertThat(names(tree)).containsExactly("settings", "arms");
        var arm = tree.get("arms").get(1);
        assertThat(names(arm))
                .containsExactly(
                        "name",
                        "safeAnswersPercent",
                        "utilityPercent",
                        "hostileWeightShare",
                        "hostileWeightShareActive",
                        "honestWeightMean",
                        "falseAlarmShare",
                        "roundsSkipped",
                        "seconds",
                        "rounds",
                        "cost");
        assertThat(names(arm.get("seconds"))).containsExactly("train", "shadow", "score", "aggregate", "reused");
        var round = arm.get("rounds").get(0);
        assertThat(names(round)).containsExactly("round", "safeAnswersPercent", "skipped", "clients");
        assertThat(names(round.get("clients").get(0))).containsExactly("client", "hostile", "weight", "reason", "loss");
    }

    @Test
    void read_whatWasWritten_isTheSame(@TempDir Path directory) {
        Path file = directory.resolve("result.json");
        SimulationResult result = SampleResults.of(3, "fedavg", "oracle");

        ResultFile.write(file, result);

        assertThat(ResultFile.read(file).arms()).isEqualTo(result.arms());
    }

    @Test
    void read_somethingElse_isRefused(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("result.json"), "[1, 2");

        assertThatThrownBy(() -> ResultFile.read(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("result.json");
    }

    private static List<String> names(com.fasterxml.jackson.databind.JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
