package io.safefedllm.strategy.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.strategy.Adapters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClippedRowsTest {
    private final GlobalValues global = (from, block, length) -> {
        for (int i = 0; i < length; i++) {
            block[i] = 1 + from + i;
        }
    };

    @Test
    void read_factor_scalesTheUpdateOnly(@TempDir Path directory) {
        AdapterSpool spool = new AdapterSpool(directory, 3);
        spool.put("a", new float[] {3, 2, 7});
        spool.put("b", new float[] {3, 2, 7});
        spool.put("c", new float[] {1e-30f, 2, 7});

        try (AdapterSpool.Rows rows = spool.rows(List.of("a", "b", "c"))) {
            ClippedRows clipped = new ClippedRows(rows, global, new double[] {0.5, 0, 1});
            double[] block = new double[3];

            clipped.read(0, 0, block, 3);
            assertThat(block).containsExactly(2, 2, 5);
            clipped.read(0, 2, block, 1);
            assertThat(block[0]).isEqualTo(5);
            clipped.read(1, 0, block, 3);
            assertThat(block).containsExactly(1, 2, 3);
            clipped.read(2, 0, block, 3);
            assertThat(block[0]).isEqualTo((double) 1e-30f);
            assertThat(clipped.rows()).isEqualTo(3);
            assertThat(clipped.width()).isEqualTo(3);
        }
    }

    @Test
    void make_badFactors_areRefused(@TempDir Path directory) {
        AdapterSpool spool = new AdapterSpool(directory, 1);
        spool.put("a", new float[1]);
        try (AdapterSpool.Rows rows = spool.rows(List.of("a"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ClippedRows(rows, global, new double[] {1.1}));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ClippedRows(rows, global, new double[] {Double.NaN}));
            assertThatIllegalArgumentException().isThrownBy(() -> new ClippedRows(rows, global, new double[2]));
        }
    }

    @Test
    void global_ofAnAdapter_readsItsValues() {
        double[] block = new double[4];

        GlobalValues.of(Adapters.initial()).read(2, block, 2);

        assertThat(block).containsExactly(0.01f * 3, 0.01f * 4, 0, 0);
    }
}
