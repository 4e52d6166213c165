package io.safefedllm.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressBarsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void at_noTerminal_printsALineAQuarter() {
        run(false, 8);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("job  rounds 2/8  n2\njob  rounds 4/8  n4\njob  rounds 6/8  n6\njob  rounds 8/8  n8\n");
        assertThat(out.size()).isZero();
    }

    @Test
    void at_terminal_drawsOneBarOnStandardError() {
        run(true, 3);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("\r")
                .contains("job")
                .contains("100%")
                .contains("n3");
        assertThat(out.size()).isZero();
    }

    @Test
    void table_columns_areAligned() {
        TextTable table = new TextTable(List.of("arm", "safe %"));
        table.add(List.of("fedavg", "9.5"));
        table.add(List.of("x", "100.0"));

        assertThat(table).hasToString("arm     safe %\nfedavg     9.5\nx        100.0\n");
    }

    private void run(boolean terminal, int total) {
        ProgressBars bars = new ProgressBars(new Console(stream(out), stream(err), terminal));
        try (ProgressBars.Bar bar = bars.open("job", total, "rounds")) {
            for (int done = 1; done <= total; done++) {
                bar.at(done, "n" + done);
            }
        }
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
