package io.safefedllm.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulationSettingsTest {
    @ParameterizedTest
    @CsvSource({"10, 0.3, 3", "10, 0.25, 2", "10, 0.35, 4", "5, 0.5, 2", "10, 0, 0", "10, 1, 10"})
    void hostileClients_halves_goToTheEvenNumber(int clients, double ratio, int hostile) {
        assertThat(settings(List.of("fedavg"), "harmful-data", ratio, clients, 1)
                        .hostileClients())
                .isEqualTo(hostile);
    }

    @Test
    void constructor_wrongValue_isNamed() {
        assertThatThrownBy(() -> settings(List.of(), "harmful-data", 0.3, 10, 1))
                .hasMessageContaining("one arm");
        assertThatThrownBy(() -> settings(List.of("oracle", "oracle"), "harmful-data", 0.3, 10, 1))
                .hasMessageContaining("oracle,oracle");
        assertThatThrownBy(() -> settings(List.of("none"), "harmful-data", 0.3, 10, 1))
                .hasMessageContaining("unknown arm 'none'");
        assertThatThrownBy(() -> settings(List.of("oracle"), "noise", 0.3, 10, 1))
                .hasMessageContaining("'noise'");
        assertThatThrownBy(() -> settings(List.of("oracle"), "harmful-data", Double.NaN, 10, 1))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> settings(List.of("oracle"), "harmful-data", 0.3, 10, 0))
                .hasMessageContaining("10 and 0");
        assertThatThrownBy(() -> new EvaluationPlan(1, 0, 1)).hasMessageContaining("1, 0 and 1");
    }

    @Test
    void attack_spelling_isMadeCanonical() {
        assertThat(settings(List.of("oracle"), "harmful-data:ratio=1.00", 0.3, 10, 1)
                        .attack())
                .isEqualTo("harmful-data");
    }

    private static SimulationSettings settings(
            List<String> arms, String attack, double ratio, int clients, int rounds) {
        return new SimulationSettings(
                arms,
                attack,
                ratio,
                clients,
                rounds,
                1,
                LocalTraining.DEFAULTS,
                EvaluationPlan.DEFAULTS,
                TrialMaterial.corpus(Path.of("model"), Path.of("probe")));
    }
}
