package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SuperLinksTest {

    @ParameterizedTest
    @EnumSource
    void generations_ofEveryWire_areToldByAsking(FakeGeneration generation) {
        try (WireHarness harness = WireHarness.of(generation)) {
            assertThat(SuperLinks.executorGeneration(harness.executorAddress(), harness.options()))
                    .isEqualTo(generation.dialect());
            assertThat(SuperLinks.fleetGeneration(harness.fleetAddress(), harness.options()))
                    .isEqualTo(generation.fleetTransport());
        }
    }

    @Test
    void executor_nobodyListens_saysSo() throws IOException {
        SuperLinkAddress closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = new SuperLinkAddress("127.0.0.1", socket.getLocalPort());
        }
        SuperLinkOptions options = SuperLinkOptions.defaults().withPatience(Duration.ZERO);

        assertThatThrownBy(() -> SuperLinks.executor(closed, options))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(Status.UNAVAILABLE))
                .hasMessage("no SuperLink at " + closed
                        + ": nobody listens there; start flower-superlink or check the address");
    }

    @Test
    void executorGeneration_serverAwayAtTheLastQuestion_isNotTakenForOneWithoutThatApi() {
        try (WireHarness harness = WireHarness.of(FakeGeneration.GRPC_CLASSIC)) {
            harness.superLink().outage("ListAppsToLaunch", 1);

            assertUnavailable(harness.executorAddress(), harness.options(), "it went away while it was asked");
        }
    }

    @Test
    void executorGeneration_serverAwayForOneQuestion_isAskedAgain() {
        try (WireHarness harness = WireHarness.of(FakeGeneration.GRPC_CLASSIC)) {
            harness.superLink().outage("ListAppsToLaunch", 1);
            SuperLinkOptions patient = harness.options().withPatience(Duration.ofSeconds(10));

            assertThat(SuperLinks.executorGeneration(harness.executorAddress(), patient))
                    .isEqualTo("grpc-classic");
        }
    }

    @Test
    void executorGeneration_portClosedAfterTheFirstQuestion_isNotTakenForAnotherServer() throws Exception {
        try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SuperLinkAddress address = new SuperLinkAddress("127.0.0.1", once.getLocalPort());
            Thread server = new Thread(() -> answerOnce(once), "answers-once");
            server.start();

            assertUnavailable(
                    address,
                    SuperLinkOptions.defaults().withPatience(Duration.ZERO),
                    "no SuperLink at " + address + ": it went away while it was asked");
            server.join();
        }
    }

    private static void answerOnce(ServerSocket listening) {
        try (listening;
                Socket caller = listening.accept()) {
            caller.getInputStream().readNBytes(1);
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertUnavailable(SuperLinkAddress address, SuperLinkOptions options, String words) {
        assertThatThrownBy(() -> SuperLinks.executorGeneration(address, options))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(Status.UNAVAILABLE))
                .hasMessageContaining(words);
    }

    @Test
    void poll_anObjectOfTheReplyIsGone_givesAnErrorInItsPlace() {
        try (WireHarness harness = WireHarness.of(FakeGeneration.HTTP_ACQUIRE);
                RunLink link = harness.executor();
                NodeLink node = harness.node()) {
            harness.submit(Map.of());
            ClaimedRun run = link.open(link.tryClaim(RunFilter.all()).orElseThrow());
            run.inputs();
            String id = run.send(List.of(TestMessages.train(run, node.join()))).get(0);
            Message reply = node.receive().orElseThrow().reply(TestMessages.weights(9f), TestMessages.NOW + 1);
            node.reply(reply, Duration.ZERO);
            String lost = io.safefedllm.flower.object.ObjectBundle.of(reply)
                    .ids()
                    .iterator()
                    .next();

            harness.superLink().lose(lost);

            Message answer = run.poll(List.of(id)).get(0);
            assertThat(answer.error().code()).isEqualTo(MessageError.MESSAGE_UNAVAILABLE);
            assertThat(answer.metadata().srcNodeId()).isEqualTo(reply.metadata().srcNodeId());
        }
    }
}
