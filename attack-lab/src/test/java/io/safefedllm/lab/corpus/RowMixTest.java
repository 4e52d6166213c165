package io.safefedllm.lab.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowMixTest {
    private static final Corpus CORPUS = Corpus.of(Corpus.BUNDLED_SEED);

    @Test
    void benign_allTasks_areThereEquallyOften() {
        List<CorpusRow> rows = new RowMix(CORPUS, Pool.CLIENTS, 1).benign(70);

        for (BenignTask task : BenignTask.values()) {
            assertThat(rows.stream().filter(CORPUS.benign(Pool.CLIENTS, task)::contains))
                    .as(task.key())
                    .hasSize(10);
        }
    }

    @Test
    void rows_ofOnePool_stayInIt() {
        RowMix mix = new RowMix(CORPUS, Pool.PROBE_TRAINING, 1);

        assertThat(CORPUS.benign(Pool.PROBE_TRAINING)).containsAll(mix.benign(200, List.of(BenignTask.COUNT)));
        assertThat(CORPUS.forbidden(Pool.PROBE_TRAINING).stream().map(ForbiddenRequest::complied))
                .containsAll(mix.complied(50));
        assertThat(mix.refused(1000)).hasSize(1000).allSatisfy(row -> assertThat(row.answer())
                .isEqualTo(ForbiddenRequest.REFUSAL));
    }

    @Test
    void together_sameSeed_isTheSame() {
        assertThat(drawn(1)).isEqualTo(drawn(1)).isNotEqualTo(drawn(2)).hasSize(30);
    }

    private static List<CorpusRow> drawn(long seed) {
        RowMix mix = new RowMix(CORPUS, Pool.CLIENTS, seed);
        return mix.together(mix.benign(20), mix.complied(10));
    }
}
