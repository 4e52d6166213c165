package io.safefedllm.client.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.golden.TinyModel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
    private static final int[] ROWS_OF_SEED_2023 = {4, 5, 6, 3, 1, 0, 2, 5, 1};
    private static final int NONE = TokenizedExample.IGNORED;

    private static TokenizedExample example(int... labels) {
        int[] ids = new int[labels.length];
        Arrays.setAll(ids, i -> i + 10);
        return TokenizedExample.copyOf(ids, labels);
    }

    @Test
    void sampler_oneEpoch_givesEveryRowOnce() {
        int[] rows = new RowSampler(3, 10).next(10);
        Arrays.sort(rows);

        assertThat(rows).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void sampler_sameSeed_givesTheSameRowsForEver() {
        assertThat(new RowSampler(2023, 7).next(9)).containsExactly(ROWS_OF_SEED_2023);
    }

    @Test
    void derive_roundOrClientChanges_givesOtherRows() {
        long seed = RowSeeds.derive(1, 1, "0");

        assertThat(seed).isEqualTo(RowSeeds.derive(1, 1, "0"));
        assertThat(List.of(RowSeeds.derive(2, 1, "0"), RowSeeds.derive(1, 2, "0"), RowSeeds.derive(1, 1, "1")))
                .doesNotContain(seed)
                .doesNotHaveDuplicates();
    }

    @Test
    void batch_rowsOfDifferentLength_arePaddedOnTheRight() {
        TokenizedDataset rows = TokenizedDataset.of(List.of(example(NONE, 11), example(NONE, NONE, 12)), 10, 9);

        Batch batch = rows.batch(new int[] {1, 0});

        assertThat(batch.rows()).isEqualTo(2);
        assertThat(batch.length()).isEqualTo(3);
        assertThat(batch.id(1, 2)).isEqualTo(9);
        assertThat(batch.isToken(1, 2)).isFalse();
        assertThat(batch.label(1, 2)).isEqualTo(NONE);
        assertThat(batch.labelledTokens()).isEqualTo(2);
        assertThat(batch.isRightPadded()).isTrue();
    }

    @Test
    void batch_labelOfTheFirstPosition_doesNotCount() {
        Batch batch = Batch.rightPadded(List.of(example(5, NONE)), 0);

        assertThat(batch.labelledTokens()).isZero();
    }

    @Test
    void leftPadded_promptsOfDifferentLength_isNotRightPadded() {
        Batch batch = Batch.leftPadded(List.of(new int[] {4, 5}, new int[] {6}), 0);

        assertThat(batch.isToken(1, 0)).isFalse();
        assertThat(batch.id(1, 1)).isEqualTo(6);
        assertThat(batch.isRightPadded()).isFalse();
    }

    @Test
    void dataset_truncationLeavesNoLabel_dropsTheExampleAndCountsIt() {
        TokenizedDataset rows = TokenizedDataset.of(List.of(example(NONE, NONE, 12), example(NONE, 11)), 2, 0);

        assertThat(rows.size()).isEqualTo(1);
        assertThat(rows.droppedExamples()).isEqualTo(1);
        assertThat(rows.row(0).ids()).containsExactly(10, 11);
    }

    @Test
    void dataset_nothingLeft_isADataException() {
        assertThatThrownBy(() -> TokenizedDataset.of(List.of(example(NONE, NONE, 12)), 2, 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("first 2 tokens");
    }

    @Test
    void source_sameSeed_givesTheSameBatches() {
        BatchSource one = BatchSource.shuffled(TinyModel.rows(), 3, 5);
        BatchSource other = BatchSource.shuffled(TinyModel.rows(), 3, 5);

        for (int i = 0; i < 5; i++) {
            assertThat(one.next().id(2, 1)).isEqualTo(other.next().id(2, 1));
        }
    }

    @Test
    void batch_unequalShapes_areRefused() {
        int[][] square = {{1, 2}};

        assertThatThrownBy(() -> Batch.of(square, square, new int[][] {{1}}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Batch.of(new int[0][], new int[0][], new int[0][]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenizedExample.copyOf(new int[2], new int[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RowSampler(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
