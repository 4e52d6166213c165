package io.safefedllm.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.lab.attack.Attacks;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScenarioPlanTest {
    @Test
    void cells_noAttack_isPlayedOnceForEachSeed() {
        ScenarioPlan plan = plan(List.of("none", "alie"), List.of(0.0, 0.2, 0.5), List.of(1L, 2L));

        assertThat(plan.cells())
                .doesNotHaveDuplicates()
                .hasSize(2 * 2 * (1 + 2))
                .allSatisfy(cell ->
                        assertThat(cell.share() == 0).isEqualTo(cell.attack().equals(Attacks.NONE)));
        assertThat(plan.cells().stream().map(ScenarioCell::fileName).distinct()).hasSize(12);
    }

    @Test
    void plan_attacks_areSpeltAsResultsSpellThem() {
        assertThat(plan(List.of("harmful-data:ratio=0.50", "harmful-data:ratio=.5"), List.of(0.3), List.of(1L))
                        .attacks())
                .containsExactly("harmful-data:ratio=0.5");
    }

    @Test
    void plan_wrongValue_isNamed() {
        assertThatThrownBy(() -> plan(List.of("alie"), List.of(1.5), List.of(1L)))
                .hasMessageContaining("1.5");
        assertThatThrownBy(() -> plan(List.of("noise"), List.of(0.5), List.of(1L)))
                .hasMessageContaining("'noise'");
        assertThatThrownBy(() -> plan(List.of(), List.of(0.5), List.of(1L))).hasMessageContaining("attacks");
        assertThatThrownBy(() -> plan(List.of("alie"), List.of(0.5), List.of())).hasMessageContaining("seeds");
    }

    @Test
    void presets_everyName_isKnown() {
        for (ScenarioPreset preset : List.of(ScenarioPreset.GATE, ScenarioPreset.FULL)) {
            ScenarioPlan plan = new ScenarioPlan(
                    preset.attacks(),
                    preset.arms(),
                    preset.shares(),
                    preset.seeds(),
                    10,
                    preset.rounds(),
                    Path.of("model"),
                    Path.of("probe"));
            assertThat(plan.attacks()).isEqualTo(preset.attacks());
            assertThat(ScenarioPreset.named(preset.key())).isSameAs(preset);
        }
        assertThatThrownBy(() -> ScenarioPreset.named("all")).hasMessageContaining("gate, full");
    }

    private static ScenarioPlan plan(List<String> attacks, List<Double> shares, List<Long> seeds) {
        return new ScenarioPlan(
                attacks,
                Stream.of("fedavg", "oracle").toList(),
                shares,
                seeds,
                10,
                8,
                Path.of("model"),
                Path.of("probe"));
    }
}
