package io.safefedllm.strategy.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterSpoolTest {
    private static final int WIDTH = 200_001;

    private final Path directory;

    AdapterSpoolTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void rows_writtenRows_areReadBackInTheOrderAskedFor() {
        AdapterSpool spool = new AdapterSpool(directory, WIDTH);
        spool.put("b", ramp(2));
        spool.put("a", ramp(1));

        try (AdapterSpool.Rows rows = spool.rows(List.of("b", "a"))) {
            double[] block = new double[WIDTH];
            rows.read(1, 0, block, WIDTH);
            assertThat(rows.rows()).isEqualTo(2);
            assertThat(block[WIDTH - 1]).isEqualTo((WIDTH - 1) * 1.0);
            rows.read(0, WIDTH - 2, block, 2);
            assertThat(block).startsWith((WIDTH - 2) * 2.0, (WIDTH - 1) * 2.0);
        }
        assertThat(spool.get("b")).containsExactly(ramp(2));
    }

    @Test
    void put_sameName_replacesTheRow() {
        AdapterSpool spool = new AdapterSpool(directory, 2);
        spool.put("a", new float[] {1, 2});
        spool.put("a", new float[] {3, 4});

        assertThat(spool.get("a")).containsExactly(3, 4);
    }

    @Test
    void put_otherWidth_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdapterSpool(directory, 2).put("a", new float[3]))
                .withMessage("row must have 2 elements but had 3");
    }

    @Test
    void read_outsideTheRow_isRefused() {
        AdapterSpool spool = new AdapterSpool(directory, 2);
        spool.put("a", new float[2]);

        try (AdapterSpool.Rows rows = spool.rows(List.of("a"))) {
            assertThatThrownBy(() -> rows.read(0, 1, new double[2], 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void rows_missingOrShortFile_isAnError() throws Exception {
        AdapterSpool spool = new AdapterSpool(directory, 2);
        Files.write(directory.resolve("short"), new byte[4]);

        assertThatThrownBy(() -> spool.rows(List.of("none"))).isInstanceOf(UncheckedIOException.class);
        try (AdapterSpool.Rows rows = spool.rows(List.of("short"))) {
            assertThatThrownBy(() -> rows.read(0, 0, new double[2], 2)).isInstanceOf(UncheckedIOException.class);
        }
    }

    private static float[] ramp(int slope) {
        float[] values = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            values[i] = i * slope;
        }
        return values;
    }
}
