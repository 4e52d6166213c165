package io.safefedllm.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InputWatchTest {
    private static final long LIMIT_SECONDS = 20;

    private final CountDownLatch ended = new CountDownLatch(1);

    @Test
    void start_pipeClosedAtItsOtherEnd_callsOnce() throws Exception {
        PipedInputStream input = new PipedInputStream();
        try (PipedOutputStream output = new PipedOutputStream(input)) {
            InputWatch.start(input, ended::countDown);
            output.write("ignored\n".getBytes(StandardCharsets.UTF_8));
            output.flush();

            assertThat(ended.getCount()).isEqualTo(1);
        }

        assertThat(ended.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void start_inputThatCannotBeRead_countsAsEnded() throws Exception {
        try (PipedInputStream unconnected = new PipedInputStream()) {
            InputWatch.start(unconnected, ended::countDown);

            assertThat(ended.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }
}
