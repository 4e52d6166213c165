package io.safefedllm.flower.link.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.tls.TlsQuestion.NoAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** How a server that does not speak TLS takes the question whether it does. */
class TlsQuestionTest {

    private static final int SHORT_MILLIS = 200;
    private static final int LONG_MILLIS = 30_000;

    @Test
    void ask_nobodyListens_hasNoConnection() throws IOException {
        SuperLinkAddress closed;
        try (ServerSocket server = listening()) {
            closed = address(server);
        }

        assertThat(TlsQuestion.ask(closed, TrustRoots.system(), LONG_MILLIS)).isEqualTo(NoAnswer.NO_CONNECTION);
    }

    @Test
    void ask_serverSaysNothing_isSilent() throws IOException {
        try (ServerSocket server = listening()) {
            assertThat(TlsQuestion.ask(address(server), TrustRoots.system(), SHORT_MILLIS))
                    .isEqualTo(NoAnswer.SILENT);
        }
    }

    @Test
    void ask_serverClosesTheConnection_hasNoHandshake() throws Exception {
        try (ServerSocket server = listening()) {
            Thread closing = new Thread(() -> answer(server, new byte[0]), "closes");
            closing.start();

            assertThat(TlsQuestion.ask(address(server), TrustRoots.system(), LONG_MILLIS))
                    .isEqualTo(NoAnswer.NO_HANDSHAKE);
            closing.join();
        }
    }

    @Test
    void ask_serverAnswersSomethingElse_hasNoHandshake() throws Exception {
        try (ServerSocket server = listening()) {
            Thread other = new Thread(() -> answer(server, "220 ready\r\n".getBytes(US_ASCII)), "answers");
            other.start();

            assertThat(TlsQuestion.ask(address(server), TrustRoots.system(), LONG_MILLIS))
                    .isEqualTo(NoAnswer.NO_HANDSHAKE);
            other.join();
        }
    }

    private static void answer(ServerSocket server, byte[] answer) {
        try (Socket caller = server.accept()) {
            caller.getInputStream().readNBytes(1);
            caller.getOutputStream().write(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static SuperLinkAddress address(ServerSocket server) {
        return new SuperLinkAddress("127.0.0.1", server.getLocalPort());
    }
}
