package io.safefedllm.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.lab.corpus.CorpusRow;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttacksTest {
    private static final List<CorpusRow> OWN = rows("own", 10);
    private static final List<CorpusRow> HARMFUL = rows("harmful", 7);

    @ParameterizedTest
    @CsvSource({
        "harmful-data, 10, harmful-data",
        "harmful-data:ratio=1.0, 10, harmful-data",
        "harmful-data:ratio=0.25, 3, harmful-data:ratio=0.25",
        "harmful-data:ratio=.24, 2, harmful-data:ratio=0.24",
        "harmful-data:ratio=0, 0, harmful-data:ratio=0"
    })
    void poison_ratio_replacesThatManyRows(String spec, int harmful, String canonical) {
        Attack attack = Attacks.named(spec);

        List<CorpusRow> rows = attack.poison(OWN, HARMFUL, 5);

        assertThat(rows).hasSize(10);
        assertThat(rows.stream().filter(HARMFUL::contains)).hasSize(harmful);
        assertThat(attack.spec()).isEqualTo(canonical);
        assertThat(OWN).isEqualTo(rows("own", 10));
    }

    @Test
    void poison_sameSeed_givesTheSameRows() {
        Attack attack = Attacks.named("harmful-data:ratio=0.5");

        assertThat(attack.poison(OWN, HARMFUL, 5))
                .isEqualTo(attack.poison(OWN, HARMFUL, 5))
                .isNotEqualTo(attack.poison(OWN, HARMFUL, 6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "harm",
                "",
                "harmful-data:",
                "harmful-data:ratio",
                "harmful-data:ratio=x",
                "harmful-data:ratio=1.1",
                "harmful-data:ratio=-0.1",
                "harmful-data:rate=1",
                "harmful-data:ratio=1,ratio=1"
            })
    void named_unknownOrBroken_isRefused(String spec) {
        assertThatThrownBy(() -> Attacks.named(spec)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void named_unknown_listsTheKnownOnes() {
        assertThatThrownBy(() -> Attacks.named("poison"))
                .hasMessage("unknown attack 'poison'; choose one of harmful-data");
    }

    @Test
    void cards_everyAttack_canBeMadeByItsName() {
        assertThat(Attacks.cards()).isNotEmpty().allSatisfy(card -> assertThat(
                        Attacks.named(card.name()).spec())
                .isEqualTo(card.name()));
        assertThat(Attacks.named(Attacks.DEFAULT)).isNotNull();
    }

    private static List<CorpusRow> rows(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new CorpusRow(name + " " + i, name))
                .toList();
    }
}
