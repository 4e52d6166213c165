package io.safefedllm.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.strategy.trust.Level;
import org.junit.jupiter.api.Test;

class ArmsTest {
    @Test
    void all_names_areThereOnceAndFound() {
        assertThat(Arms.all()).extracting(ArmSpec::name).doesNotHaveDuplicates().containsAll(Arms.DEFAULTS);
        assertThat(Arms.all())
                .allSatisfy(arm -> assertThat(Arms.named(arm.name())).isEqualTo(arm));
    }

    @Test
    void named_baselines_screenNothing() {
        assertThat(Arms.named("multi-krum").level()).isEqualTo(Level.NONE);
        assertThat(Arms.named("multi-krum").takesByzantine()).isTrue();
        assertThat(Arms.named("fedavg").takesByzantine()).isFalse();
        assertThat(Arms.named("oracle").oracle()).isTrue();
        assertThat(Arms.named("safe-fedllm:shadow").level()).isEqualTo(Level.SHADOW);
    }

    @Test
    void named_withSettings_keepsThemForThisArm() {
        ArmSpec arm =
                Arms.named("safe-fedllm:shadow@mode=paper-faithful@shadow.eta=5@skip-threshold=0.1@clip.enabled=true");

        assertThat(arm.level()).isEqualTo(Level.SHADOW);
        assertThat(arm.overrides())
                .containsEntry("safe-fedllm.mode", "paper-faithful")
                .containsEntry("safe-fedllm.shadow.eta", 5L)
                .containsEntry("safe-fedllm.skip-threshold", 0.1)
                .containsEntry("safe-fedllm.clip.enabled", true);
        assertThat(arm.directoryName()).doesNotContain("@", "=", ":");
        assertThatThrownBy(() -> Arms.named("fedavg@mode")).hasMessageContaining("@mode");
        assertThatThrownBy(() -> Arms.named("fed@mode=x")).hasMessageStartingWith("unknown arm 'fed'");
    }

    @Test
    void named_unknown_listsTheKnownOnes() {
        assertThatThrownBy(() -> Arms.named("median-of-means"))
                .hasMessageStartingWith("unknown arm 'median-of-means'; choose one of ")
                .hasMessageContaining("fedavg, flame");
    }
}
