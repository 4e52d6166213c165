package io.safefedllm.lab.attack;

import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.TokenizedExample;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How rows of one kind are taken apart into question and answer (AT-1). Stateless and thread-safe. */
public interface RowAnswers<T> {
    /** Rows of text. */
    RowAnswers<Example> TEXT = new RowAnswers<>() {
        @Override
        public String answer(Example row) {
            return row.completion();
        }

        @Override
        public Example answered(Example question, Example answer) {
            return new Example(question.prompt(), answer.completion());
        }
    };

    /** Rows of tokens; the answer is everything from the first token of the last trained run on. */
    RowAnswers<TokenizedExample> TOKENS = new RowAnswers<>() {
        @Override
        public String answer(TokenizedExample row) {
            return Arrays.stream(row.ids())
                    .skip(border(row))
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(" "));
        }

        @Override
        public TokenizedExample answered(TokenizedExample question, TokenizedExample answer) {
            int[] ids = joined(question.ids(), border(question), answer.ids(), border(answer));
            int[] labels = joined(question.labels(), border(question), answer.labels(), border(answer));
            return TokenizedExample.copyOf(ids, labels);
        }

        private int border(TokenizedExample row) {
            int[] labels = row.labels();
            int border = labels.length;
            while (border > 0 && labels[border - 1] == TokenizedExample.IGNORED) {
                border--;
            }
            while (border > 0 && labels[border - 1] != TokenizedExample.IGNORED) {
                border--;
            }
            return border;
        }

        private int[] joined(int[] head, int headEnd, int[] tail, int tailStart) {
            return IntStream.concat(Arrays.stream(head, 0, headEnd), Arrays.stream(tail, tailStart, tail.length))
                    .toArray();
        }
    };

    /** Returns the answer of a row; equal answers, and only they, give equal texts. */
    String answer(T row);

    /** Returns the question of one row with the answer of another; both stay as they were. */
    T answered(T question, T answer);
}
