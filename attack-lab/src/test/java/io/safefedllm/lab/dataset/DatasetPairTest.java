package io.safefedllm.lab.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.client.data.AlpacaRecord;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetPairTest {
    private static final int ROWS = 2000;

    @Test
    void pools_ofBothFiles_divideTheQuestionsAlike() {
        List<AlpacaRecord> wanted = rows("yes");
        DatasetPair pair = DatasetPair.of(wanted, rows("no").subList(0, ROWS / 2));

        int together = 0;
        for (DatasetPool pool : DatasetPool.values()) {
            together += pair.wanted(pool).size();
            assertThat(pair.unwanted(pool)).allSatisfy(row -> {
                assertThat(row.output()).isEqualTo("no");
                assertThat(pair.wantedReplyTo(row)).get().satisfies(good -> {
                    assertThat(good.output()).isEqualTo("yes");
                    assertThat(pair.wanted(pool)).contains(good);
                });
            });
        }
        assertThat(together).isEqualTo(ROWS);
    }

    @Test
    void pools_ofManyQuestions_haveTheirShares() {
        DatasetPair pair = DatasetPair.of(rows("yes"), rows("no"));

        assertThat(pair.wanted(DatasetPool.CLIENTS).size() / (double) ROWS).isCloseTo(0.65, within(0.05));
        assertThat(pair.wanted(DatasetPool.PROBE).size() / (double) ROWS).isCloseTo(0.25, within(0.05));
        assertThat(pair.wanted(DatasetPool.EVALUATION).size() / (double) ROWS).isCloseTo(0.10, within(0.05));
    }

    @Test
    void wantedReplyTo_sameInstructionOtherInput_isAnotherQuestion() {
        DatasetPair pair = DatasetPair.of(
                List.of(new AlpacaRecord("add", "1 and 2", "3")),
                List.of(new AlpacaRecord("add", "2 and 2", "go away")));

        assertThat(pair.wantedReplyTo(new AlpacaRecord("add", "2 and 2", "go away")))
                .isEmpty();
    }

    private static List<AlpacaRecord> rows(String output) {
        return IntStream.range(0, ROWS)
                .mapToObj(i -> new AlpacaRecord("question " + i, i % 3 == 0 ? "input " + i : "", output))
                .toList();
    }
}
