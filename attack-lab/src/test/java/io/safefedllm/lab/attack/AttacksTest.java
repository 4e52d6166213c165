package io.safefedllm.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttacksTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "harmful-data | harmful-data",
                "harmful-data:ratio=1.0 | harmful-data",
                "harmful-data:ratio=.250 | harmful-data:ratio=0.25",
                "boosting:ratio=0.5,gamma=20 | boosting:gamma=20,ratio=0.5",
                "alie:z=auto | alie:z=auto",
                "sample-count:claim=9223372036854775807 | sample-count:claim=9223372036854775807",
                "sample-count:claim=absent | sample-count:claim=absent"
            })
    void named_spelling_isMadeCanonical(String spec, String canonical) {
        assertThat(Attacks.named(spec).spec()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "harm",
                "",
                "none",
                "harmful-data:",
                "harmful-data:ratio",
                "harmful-data:ratio=x",
                "harmful-data:ratio=1.1",
                "harmful-data:ratio=-0.1",
                "harmful-data:rate=1",
                "harmful-data:ratio=1,ratio=1",
                "non-finite:ratio=1",
                "sign-flip:of=others",
                "sign-flip:part=last-b",
                "alie:z=much",
                "alie:sign=0",
                "min-max:direction=up",
                "gaussian:sigma=-1",
                "gaussian:sigma=1e400",
                "gaussian:base=own,sigma=2",
                "gaussian:base=own,mean=2",
                "sign-flip:gamma=0",
                "ipm:tau=-1",
                "alie:z=-1",
                "boosting:gamma=0",
                "boosting:gamma=nan",
                "two-face:gamma=-1",
                "model-replacement:share=2",
                "model-replacement:share=0",
                "model-replacement:share=-1",
                "duplicates:jitter=-0.1",
                "drip:on=0",
                "drip:on=4",
                "drip:period=0",
                "label-flip:ratio=2",
                "response-poisoning:ratio=2",
                "sample-count:with=sign-flip,ratio=0.5",
                "mimic:client=-1",
                "optimised:rule=best",
                "replay:lag=0",
                "replay:lag=9",
                "sleeper:round=0",
                "sample-count:claim=18446744073709551616",
                "free-rider:kind=lazy",
                "forged-evidence:kind=good"
            })
    void named_unknownOrBroken_isRefused(String spec) {
        assertThatThrownBy(() -> Attacks.named(spec)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void named_unknown_listsTheKnownOnes() {
        assertThatThrownBy(() -> Attacks.named("poison"))
                .hasMessageStartingWith("unknown attack 'poison'; choose one of alie, audit-aware, boosting");
        assertThatThrownBy(() -> Attacks.named("replay:rate=1"))
                .hasMessage("unknown parameter 'rate' of attack 'replay'; it knows lag=1,ratio=1");
    }

    @Test
    void cards_everyAttack_canBeMadeByItsName() {
        assertThat(Attacks.cards()).isNotEmpty().allSatisfy(card -> assertThat(
                        Attacks.named(card.name()).spec())
                .isEqualTo(card.name()));
        assertThat(Attacks.named(Attacks.DEFAULT)).isNotNull();
    }

    @Test
    void cards_together_coverTheCatalogue() {
        for (int number = 1; number <= 21; number++) {
            String formula = "AT-" + number;
            assertThat(Attacks.cards()).as(formula).anyMatch(card -> card.formula()
                    .equals(formula));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleeper", "alie:z=auto", "model-replacement", "optimised"})
    void check_unknownFederation_saysWhatToGive(String spec) {
        assertThatThrownBy(() -> Attacks.named(spec).check(FederationFacts.unknown(1, 4, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("; give ");
    }

    @Test
    void check_mimicOfAClientThatIsNotThere_isRefused() {
        Attack mimic = Attacks.named("mimic:client=7");

        mimic.check(FederationFacts.known(0, 11, 3, 9, 1));
        assertThatThrownBy(() -> mimic.check(FederationFacts.known(0, 10, 3, 9, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "client of attack 'mimic' must be below 7, the number of honest clients that it sees, but was 7");
        assertThatThrownBy(() -> mimic.check(FederationFacts.unknown(0, 4, 1))).hasMessageContaining("below 4");
    }
}
