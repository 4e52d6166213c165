package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.safefedllm.it.harness.FreePorts;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.OwnCommand;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.it.harness.ProgramCall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Addresses where no SuperLink is: every command gives a one-line reason that says what to do, and ends within a minute. */
@ExtendWith(ProcessOutputOnFailure.class)
class BadAddressIT {

    private static final Duration END_LIMIT = Duration.ofSeconds(90);
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String UNREACHABLE = "SFL-301";
    private static final String NOT_A_SUPERLINK = "SFL-302";

    @TempDir
    private Path directory;

    private Path rows;

    @BeforeEach
    void writeRows() throws IOException {
        rows = Files.writeString(directory.resolve("rows.json"), "[{\"instruction\": \"a\", \"output\": \"b\"}]");
    }

    @Test
    void anyCommand_addressWithoutPort_isWrongUsage() {
        Ends ends = new Ends("127.0.0.1");

        assertThat(ends.all())
                .allSatisfy(end -> requireLine(
                        end, USAGE, "SFL-100", "must be HOST:PORT, for example 127.0.0.1:9091, but was '127.0.0.1'"));
    }

    @Test
    void anyCommand_closedPort_asksForASuperLinkThere() {
        String address = "127.0.0.1:" + FreePorts.take(1).get(0);
        Ends ends = new Ends(address);

        assertThat(ends.all())
                .allSatisfy(end -> requireLine(
                        end,
                        FAILED,
                        UNREACHABLE,
                        "no SuperLink at " + address,
                        "nobody listens there; start flower-superlink or check the address"));
    }

    @Test
    void anyCommand_portThatNeverAnswers_asksForTheRightAddress() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            Ends ends = new Ends(address);

            assertThat(ends.all())
                    .allSatisfy(end -> requireLine(
                            end,
                            FAILED,
                            UNREACHABLE,
                            "no SuperLink at " + address,
                            "it accepts connections but is silent; check the address"));
        }
    }

    @Test
    void anyCommand_portOfAnotherServer_asksForTheRightPort() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.start();
        try {
            String address = "127.0.0.1:" + other.getAddress().getPort();
            Ends ends = new Ends(address);
            String executor = "it is an HTTP server without a usable executor API; check the port, 8000 by default";

            assertThat(List.of(ends.serve(), ends.doctor()))
                    .allSatisfy(end -> requireLine(end, FAILED, NOT_A_SUPERLINK, address, executor));
            requireLine(
                    ends.node(),
                    FAILED,
                    NOT_A_SUPERLINK,
                    address,
                    "it is an HTTP server without a Fleet API",
                    "9092 by default");
        } finally {
            other.stop(0);
        }
    }

    private static void requireLine(End end, int status, String code, String... words) {
        assertThat(end.status()).as(end.text()).isEqualTo(status);
        assertThat(end.text()).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(end.text().lines().filter(line -> !line.isBlank()).reduce((first, second) -> second))
                .get()
                .asString()
                .contains(words)
                .endsWith(code + " (docs/exit-codes/" + code + ".md)");
    }

    /** How a command ended, and what it wrote last: all of it, or what went to standard error. */
    private record End(int status, String text) {}

    /** The ends of three commands that were started at the same time, for each of them waits for a while. */
    private final class Ends {
        private final CompletableFuture<End> serve;
        private final CompletableFuture<End> node;
        private final CompletableFuture<End> doctor;

        Ends(String address) {
            serve = CompletableFuture.supplyAsync(() -> serveInAProcess(address));
            node = CompletableFuture.supplyAsync(() -> call(
                    "node", "--superlink", address, "--model", TinyLlama.MODEL.toString(), "--data", rows.toString()));
            doctor = CompletableFuture.supplyAsync(() -> call("doctor", "--superlink", address));
        }

        List<End> all() {
            return List.of(serve(), node(), doctor());
        }

        End serve() {
            return serve.join();
        }

        End node() {
            return node.join();
        }

        End doctor() {
            return doctor.join();
        }
    }

    private static End call(String... arguments) {
        ProgramCall call = ProgramCall.of(List.of(arguments), END_LIMIT);
        return new End(call.status(), call.err());
    }

    private End serveInAProcess(String address) {
        List<String> arguments = List.of(
                "serve",
                "--superlink",
                address,
                "--state-dir",
                directory.resolve("state").toString());
        try (ManagedProcess serve = ManagedProcess.start(OwnCommand.launch("serve", directory, arguments))) {
            return new End(serve.awaitExit(END_LIMIT), serve.output());
        }
    }
}
