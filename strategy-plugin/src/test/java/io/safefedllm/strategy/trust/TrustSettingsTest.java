package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.strategy.exchange.EvidencePolicy;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrustSettingsTest {
    private static final double NAN = Double.NaN;

    @Test
    void of_modes_differWhereSectionTenSaysSo() {
        TrustSettings hardened = TrustSettings.of(Mode.HARDENED);
        TrustSettings paper = TrustSettings.of(Mode.PAPER_FAITHFUL);

        assertThat(hardened.level().freezeRound()).isEmpty();
        assertThat(paper.level().freezeRound()).hasValue(20);
        assertThat(hardened.evidence()).isEqualTo(new EvidenceLevelSettings(3, AuditKind.RANDOM, 5, 0.2, false));
        assertThat(paper.evidence()).isEqualTo(new EvidenceLevelSettings(3, AuditKind.COUNTER, 5, 0.2, true));
        assertThat(hardened.memory()).isEqualTo(new MemorySettings(MemoryKind.TRUST, 0.5, 0.4));
        assertThat(paper.memory().kind()).isEqualTo(MemoryKind.PAPER);
        assertThat(hardened.penalty()).isEqualTo(new PenaltySettings(true, 10, 3, 2, 16, 20));
        assertThat(paper.penalty().enabled()).isFalse();
        assertThat(hardened.evidencePolicy()).isEqualTo(EvidencePolicy.REJECT);
        assertThat(paper.evidencePolicy()).isEqualTo(EvidencePolicy.TRUST);
        assertThat(List.of(hardened.minWeight(), paper.minWeight())).containsOnly(0.0);
        assertThat(List.of(hardened.recipe(), paper.recipe())).containsOnly(new LocalRecipe(10, 16, 1));
        assertThat(hardened.adapter().rule()).isEqualTo(AdapterRule.GUARDED);
    }

    @Test
    void names_ofClosedSets_areThoseOfTheSettings() {
        assertThat(Mode.keys()).containsExactly("hardened", "paper-faithful");
        assertThat(MemoryKind.keys()).containsExactly("paper", "trust");
        assertThat(AuditKind.keys()).containsExactly("counter", "random");
        assertThat(AdapterRule.keys()).containsExactly("canary", "gap", "guarded", "mad");
        assertThat(EvidencePolicy.keys()).containsExactly("reject", "trust");
        assertThat(Mode.named("paper-faithful")).hasValue(Mode.PAPER_FAITHFUL);
        assertThat(Mode.named("PAPER_FAITHFUL")).isEmpty();
        assertThat(MemoryKind.named("trust")).hasValue(MemoryKind.TRUST);
        assertThat(AuditKind.named("counter")).hasValue(AuditKind.COUNTER);
        assertThat(AdapterRule.named("gap")).hasValue(AdapterRule.GAP);
        assertThat(EvidencePolicy.named("reject")).hasValue(EvidencePolicy.REJECT);
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void settings_outOfRange_areRefused(ThrowingCallable make) {
        assertThatIllegalArgumentException().isThrownBy(make).withMessageContaining("but w");
    }

    static Stream<ThrowingCallable> outOfRange() {
        OptionalInt never = OptionalInt.empty();
        OptionalDouble none = OptionalDouble.empty();
        return Stream.of(
                () -> new LevelSettings(1.1, 1, 1, 10, 7, 0.5, never),
                () -> new LevelSettings(0.95, 0, 1, 10, 7, 0.5, never),
                () -> new LevelSettings(0.95, 1, NAN, 10, 7, 0.5, never),
                () -> new LevelSettings(0.95, 1, 1, 0, 7, 0.5, never),
                () -> new LevelSettings(0.95, 1, 1, 10, NAN, 0.5, never),
                () -> new LevelSettings(0.95, 1, 1, 10, 7, 0, never),
                () -> new LevelSettings(0.95, 1, 1, 10, 7, 0.5, OptionalInt.of(-1)),
                () -> new EvidenceLevelSettings(0, AuditKind.RANDOM, 5, 0.2, false),
                () -> new EvidenceLevelSettings(3, AuditKind.RANDOM, 0, 0.2, false),
                () -> new EvidenceLevelSettings(3, AuditKind.RANDOM, 5, 1.1, false),
                () -> new MemorySettings(MemoryKind.TRUST, -0.1, 0.4),
                () -> new MemorySettings(MemoryKind.TRUST, 0.5, 0),
                () -> new PenaltySettings(true, 0, 3, 2, 16, 20),
                () -> new PenaltySettings(true, 10, 0, 2, 16, 20),
                () -> new PenaltySettings(true, 10, 11, 2, 16, 20),
                () -> new PenaltySettings(true, 10, 3, 0, 16, 20),
                () -> new PenaltySettings(true, 10, 3, 2, 1, 20),
                () -> new PenaltySettings(true, 10, 3, 2, 16, 0),
                () -> new AdapterLevelSettings(AdapterRule.MAD, OptionalDouble.of(-1), none),
                () -> new AdapterLevelSettings(AdapterRule.MAD, none, OptionalDouble.of(NAN)),
                () -> new LocalRecipe(0, 16, 1),
                () -> new LocalRecipe(10, 16, 0),
                () -> TrustSettings.DEFAULTS.withMinWeight(1.1));
    }

    /** SF-0.1: an option given explicitly always wins, whatever the mode sets the others to. */
    @Test
    void options_anyMix_takesEffectOnItsOwn() {
        TrustSettings paper = TrustSettings.PAPER_FAITHFUL;

        Career penalised = Career.of(
                Level.CLIENT, paper.withPenalty(PenaltySettings.DEFAULTS), 10, Career.reportingWhen(k -> k < 3));
        assertThat(penalised.years().get(2).verdict().quarantineLeft()).isEqualTo(2);
        assertThat(penalised.weight(2)).isZero();
        assertThat(penalised.weight(4)).isZero();
        assertThat(penalised.weight(5)).isGreaterThan(0.99);

        Career remembered = Career.of(
                Level.SHADOW, paper.withMemory(MemorySettings.DEFAULTS), 3, Career.reportingWhen(k -> k == 1));
        assertThat(remembered.weight(0)).isEqualTo(0.7);
        assertThat(remembered.weight(1)).isZero();
        assertThat(remembered.weight(2)).isEqualTo(0.4);

        Career strict = Career.of(
                Level.SHADOW,
                paper.withEvidencePolicy(EvidencePolicy.REJECT),
                1,
                (round, need) -> Career.silent(round));
        assertThat(strict.weight(0)).isZero();

        Career frozen = Career.of(
                Level.CLIENT,
                TrustSettings.DEFAULTS.withLevel(LevelSettings.DEFAULTS.withFreezeRound(OptionalInt.of(1))),
                4,
                Career.reportingWhen(k -> k == 0));
        assertThat(frozen.years().get(3).verdict().levelWeight()).isLessThan(0.01);

        Career believing = Career.of(
                Level.SHADOW,
                TrustSettings.DEFAULTS.withEvidencePolicy(EvidencePolicy.TRUST),
                1,
                (round, need) -> Career.silent(round));
        assertThat(believing.weight(0)).isEqualTo(0.7);
    }
}
