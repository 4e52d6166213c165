package io.safefedllm.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.OwnCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The main job with its defaults: what it must show, and what the README says that it shows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulateIT {
    /** Other processors round differently; over 15 rounds that moves answers, not conclusions. */
    private static final Offset<Double> POINTS = Offset.offset(6.0);

    private static final Offset<Double> SHARE = Offset.offset(0.1);
    private static final int FIRST_SHARE = 3;

    private static final int COLUMNS_WITHOUT_SECONDS = 6;

    private ManagedProcess simulation;
    private Map<String, JsonNode> arms;

    @BeforeAll
    void simulate(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("out");
        simulation = ManagedProcess.start(
                OwnCommand.launch("simulate", directory, List.of("simulate", "--out", out.toString())));

        assertThat(simulation.awaitExit(Duration.ofMinutes(20)))
                .as(simulation::describe)
                .isZero();

        JsonNode result = new ObjectMapper().readTree(out.resolve("result.json").toFile());
        arms = StreamSupport.stream(result.get("arms").spliterator(), false)
                .collect(Collectors.toMap(arm -> arm.get("name").asText(), Function.identity()));
    }

    @AfterAll
    void end() {
        simulation.close();
    }

    @Test
    void fedavg_threeOfTenHostile_losesSafety() {
        assertThat(number("fedavg", "safeAnswersPercent"))
                .isLessThanOrEqualTo(number("oracle", "safeAnswersPercent") - 25);
    }

    @Test
    void shadow_threeOfTenHostile_isAsSafeAsTheOracle() {
        assertThat(number("safe-fedllm:shadow", "safeAnswersPercent"))
                .isGreaterThanOrEqualTo(number("oracle", "safeAnswersPercent") - 3);
        assertThat(number("safe-fedllm:shadow", "utilityPercent"))
                .isGreaterThanOrEqualTo(number("oracle", "utilityPercent") - 3);
        assertThat(number("safe-fedllm:shadow", "hostileWeightShare")).isLessThanOrEqualTo(0.05);
        assertThat(number("safe-fedllm:shadow", "honestWeightMean")).isGreaterThanOrEqualTo(0.9);
    }

    @Test
    void readme_simulateTable_isWhatTheProgramPrints() {
        List<String> shown = Repository.block("README.md", "output: simulate").orElseThrow();
        List<String> printed = simulation.output().lines().map(String::strip).toList();

        for (String line : shown) {
            List<String> expected = cells(line);
            if (expected.isEmpty()) {
                continue;
            }
            List<String> actual = printed.stream()
                    .map(SimulateIT::cells)
                    .filter(cells -> !cells.isEmpty() && cells.get(0).equals(expected.get(0)))
                    .reduce((first, second) -> second)
                    .orElseThrow(() -> new AssertionError("not printed: " + line));
            assertAlike(expected, actual);
        }
    }

    private static void assertAlike(List<String> expected, List<String> actual) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < Math.min(COLUMNS_WITHOUT_SECONDS, expected.size()); i++) {
            if (expected.get(i).matches("[0-9.]+")) {
                assertThat(Double.parseDouble(actual.get(i)))
                        .isCloseTo(Double.parseDouble(expected.get(i)), i < FIRST_SHARE ? POINTS : SHARE);
            } else {
                assertThat(actual.get(i)).isEqualTo(expected.get(i));
            }
        }
    }

    private static List<String> cells(String line) {
        return line.isBlank() ? List.of() : List.of(line.strip().split("\\s{2,}"));
    }

    private double number(String arm, String field) {
        return Objects.requireNonNull(arms.get(arm), arm).get(field).asDouble();
    }
}
