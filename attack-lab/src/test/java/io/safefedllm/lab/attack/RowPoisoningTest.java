package io.safefedllm.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.TokenizedExample;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowPoisoningTest {
    private static final List<String> OWN = rows("own", 10);
    private static final List<String> HARMFUL = rows("harmful", 7);

    /** A row is a question and an answer, with a blank between. */
    private static final RowAnswers<String> WORDS = new RowAnswers<>() {
        @Override
        public String answer(String row) {
            return row.split(" ", 2)[1];
        }

        @Override
        public String answered(String question, String answer) {
            return question.split(" ", 2)[0] + " " + answer(answer);
        }
    };

    @ParameterizedTest
    @CsvSource({"1, 10", "0.25, 3", ".24, 2", "0, 0"})
    void apply_ratio_replacesThatManyRows(String ratio, int harmful) {
        List<String> rows =
                new RowPoisoning(RowPoisoning.Kind.ROWS, new BigDecimal(ratio)).apply(OWN, HARMFUL, 5, WORDS);

        assertThat(rows).hasSize(10);
        assertThat(rows.stream().filter(HARMFUL::contains)).hasSize(harmful);
        assertThat(OWN).isEqualTo(rows("own", 10));
    }

    @Test
    void apply_sameSeed_givesTheSameRows() {
        RowPoisoning half = new RowPoisoning(RowPoisoning.Kind.ROWS, new BigDecimal("0.5"));

        assertThat(half.apply(OWN, HARMFUL, 5, WORDS))
                .isEqualTo(half.apply(OWN, HARMFUL, 5, WORDS))
                .isNotEqualTo(half.apply(OWN, HARMFUL, 6, WORDS));
    }

    @Test
    void apply_noHarmfulRows_isRefused() {
        assertThatThrownBy(() -> RowPoisoning.ALL.apply(OWN, List.of(), 5, WORDS))
                .hasMessageContaining("harmful row");
    }

    @Test
    void apply_responses_keepQuestionsAndSwapAnswers() {
        List<String> own = List.of("q1 good", "q2 good", "q3 good", "q4 good");

        List<String> rows = new RowPoisoning(RowPoisoning.Kind.RESPONSES, new BigDecimal("0.5"))
                .apply(own, List.of("h1 bad", "h2 bad"), 5, WORDS);

        assertThat(rows.stream().map(row -> row.split(" ", 2)[0])).containsExactly("q1", "q2", "q3", "q4");
        assertThat(rows.stream().filter(row -> row.endsWith("bad"))).hasSize(2);
    }

    @Test
    void apply_labels_areThoseOfTheOppositeClass() {
        List<String> own = List.of("q1 c", "q2 a", "q3 b", "q4 a");

        assertThat(new RowPoisoning(RowPoisoning.Kind.LABELS, BigDecimal.ONE).apply(own, List.of(), 5, WORDS))
                .containsExactly("q1 a", "q2 c", "q3 b", "q4 c");
        assertThat(new RowPoisoning(RowPoisoning.Kind.LABELS, new BigDecimal("0.25"))
                        .apply(List.of("q1 no", "q2 yes", "q3 no", "q4 yes"), List.of(), 5, WORDS))
                .filteredOn(
                        row -> !List.of("q1 no", "q2 yes", "q3 no", "q4 yes").contains(row))
                .hasSize(1);
    }

    @Test
    void apply_labelsThatAreAllTheSame_areRefused() {
        assertThatThrownBy(() -> new RowPoisoning(RowPoisoning.Kind.LABELS, BigDecimal.ONE)
                        .apply(List.of("q1 a", "q2 a"), List.of(), 5, WORDS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("different answers");
    }

    @Test
    void tokens_answered_keepsTheQuestionAndTakesTheAnswer() {
        int no = TokenizedExample.IGNORED;
        TokenizedExample own = TokenizedExample.copyOf(new int[] {1, 2, 3, 4, 9}, new int[] {no, 2, no, 4, 9});
        TokenizedExample other = TokenizedExample.copyOf(new int[] {5, 6, 7, 8}, new int[] {no, 6, 7, no});

        TokenizedExample joined = RowAnswers.TOKENS.answered(own, other);

        assertThat(joined.ids()).containsExactly(1, 2, 3, 6, 7, 8);
        assertThat(joined.labels()).containsExactly(no, 2, no, 6, 7, no);
        assertThat(RowAnswers.TOKENS.answer(joined))
                .isEqualTo(RowAnswers.TOKENS.answer(other))
                .isEqualTo("6 7 8");
        assertThat(RowAnswers.TEXT.answered(new Example("ask", "yes"), new Example("beg", "no")))
                .isEqualTo(new Example("ask", "no"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1", "-0.1"})
    void constructor_ratioOutOfRange_isRefused(String ratio) {
        assertThatThrownBy(() -> new RowPoisoning(RowPoisoning.Kind.ROWS, new BigDecimal(ratio)))
                .hasMessageContaining(ratio);
    }

    private static List<String> rows(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + " " + i).toList();
    }
}
