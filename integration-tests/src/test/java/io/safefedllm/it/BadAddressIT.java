package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.safefedllm.it.harness.FreePorts;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.OwnCommand;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Addresses where no SuperLink is: a one-line reason that says what to do, and an end within a minute. */
@ExtendWith(ProcessOutputOnFailure.class)
class BadAddressIT {

    private static final Duration END_LIMIT = Duration.ofSeconds(90);
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @Test
    void serve_addressWithoutPort_isWrongUsage(@TempDir Path directory) {
        assertThat(lastLine(directory, "127.0.0.1", USAGE)).contains("127.0.0.1");
    }

    @Test
    void serve_closedPort_failsWithTheAddress(@TempDir Path directory) {
        String address = "127.0.0.1:" + FreePorts.take(1).get(0);

        assertThat(lastLine(directory, address, FAILED)).contains(address);
    }

    @Test
    void serve_portThatNeverAnswers_failsWithTheAddress(@TempDir Path directory) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();

            assertThat(lastLine(directory, address, FAILED)).contains(address);
        }
    }

    @Test
    void serve_portOfAnotherServer_failsWithTheAddress(@TempDir Path directory) throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.start();
        try {
            String address = "127.0.0.1:" + other.getAddress().getPort();

            assertThat(lastLine(directory, address, FAILED)).contains(address);
        } finally {
            other.stop(0);
        }
    }

    private static String lastLine(Path directory, String address, int expectedStatus) {
        List<String> arguments = List.of(
                "serve",
                "--superlink",
                address,
                "--state-dir",
                directory.resolve("state").toString());
        try (ManagedProcess serve = ManagedProcess.start(OwnCommand.launch("serve", directory, arguments))) {
            assertThat(serve.awaitExit(END_LIMIT)).isEqualTo(expectedStatus);
            List<String> lines =
                    serve.output().lines().filter(line -> !line.isBlank()).toList();
            String last = lines.get(lines.size() - 1);
            assertThat(serve.output()).doesNotContain("\tat ").doesNotContain("Exception");
            assertThat(last).containsPattern("SFL-[0-9]{3}");
            return last;
        }
    }
}
