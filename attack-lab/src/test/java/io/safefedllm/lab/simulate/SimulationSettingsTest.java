package io.safefedllm.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.data.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

    @Test
    void constructor_canariesOnOwnDatasets_areRefused() {
        String arm = "safe-fedllm:adapter@adapter.rule=canary";
        DataFiles files = new DataFiles(Path.of("wanted"), Path.of("unwanted"), PromptTemplate.ALPACA);
        TrialMaterial own = new TrialMaterial(Path.of("model"), Optional.of(Path.of("probe")), Optional.of(files));

        assertThatThrownBy(() -> settings(List.of("oracle", arm), "harmful-data", 0.3, 10, 1, own))
                .hasMessageContaining("'" + arm + "' trains canaries")
                .hasMessageContaining("adapter.rule");
        assertThat(settings(List.of("oracle", arm), "harmful-data", 0.3, 10, 1).arms())
                .contains(arm);
        assertThat(settings(List.of("safe-fedllm:adapter"), "harmful-data", 0.3, 10, 1, own)
                        .arms())
                .hasSize(1);
    }

    private static SimulationSettings settings(
            List<String> arms, String attack, double ratio, int clients, int rounds) {
        TrialMaterial corpus = TrialMaterial.corpus(Path.of("model"), Path.of("probe"));
        return settings(arms, attack, ratio, clients, rounds, corpus);
    }

    private static SimulationSettings settings(
            List<String> arms, String attack, double ratio, int clients, int rounds, TrialMaterial material) {
        return new SimulationSettings(
                arms, attack, ratio, clients, rounds, 1, LocalTraining.DEFAULTS, EvaluationPlan.DEFAULTS, material);
    }
}
