package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.TestCertificates;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import io.safefedllm.flower.link.grpc.GrpcProbes;
import io.safefedllm.flower.link.http.HttpProbes;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.tls.TlsQuestion.NoAnswer;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.ProbeResult;
import io.safefedllm.flower.link.wire.RpcChannel;
import io.safefedllm.flower.link.wire.WireSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a server that neither transport got a usable answer from, and what is asked again. */
class DetectionTest {

    private static final SuperLinkAddress ADDRESS = new SuperLinkAddress("127.0.0.1", 1);
    private final TransportException closed = failure(Status.UNAVAILABLE);

    @ParameterizedTest
    @CsvSource({
        "NO_CONNECTION, UNAVAILABLE, UNAVAILABLE, it went away while",
        "SILENT, UNAVAILABLE, DEADLINE_EXCEEDED, it answered too slowly",
        "NO_HANDSHAKE, UNAVAILABLE, TLS, ends the connection in the middle of the TLS handshake",
        "NO_HANDSHAKE, DEADLINE_EXCEEDED, DEADLINE_EXCEEDED, it answered too slowly"
    })
    void neither_withTls_isPermanentOnlyIfAHandshakeWasRefused(
            NoAnswer tls, Status overGrpc, Status status, String words) {
        requireVerdict(true, tls, overGrpc, status, words);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_CONNECTION, UNAVAILABLE, UNAVAILABLE, it went away while",
        "SILENT, UNAVAILABLE, PROTOCOL, it speaks neither",
        "NO_HANDSHAKE, UNAVAILABLE, PROTOCOL, it speaks neither",
        "NO_HANDSHAKE, DEADLINE_EXCEEDED, DEADLINE_EXCEEDED, it answered too slowly"
    })
    void neither_inPlaintext_isPermanentIfBothTransportsWereRefusedWhateverBecomesOfAHandshake(
            NoAnswer tls, Status overGrpc, Status status, String words) {
        requireVerdict(false, tls, overGrpc, status, words);
    }

    private void requireVerdict(boolean wantsTls, NoAnswer tls, Status overGrpc, Status status, String words) {
        Detection detection = new Detection(ADDRESS, options(wantsTls));

        TransportException verdict = detection.neither(closed, failure(overGrpc), tls);

        assertThat(verdict.status()).isEqualTo(status);
        assertThat(verdict).hasMessageContaining(words).hasMessageContaining(ADDRESS.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void detect_lostWhileItWasAsked_isAskedAgainAsLongAsThereIsPatience(Status trouble) {
        Deque<ProbeResult> answers = new ArrayDeque<>(List.of(lost(trouble), new ProbeResult.Found("grpc-task")));
        Detection patient = new Detection(ADDRESS, options(false).withPatience(Duration.ofSeconds(10)));

        assertThat(patient.detect(channel -> new ProbeResult.OtherTransport(closed), channel -> answers.remove()))
                .isEqualTo("grpc-task");
    }

    /** A proxy is there before the SuperLink behind it is. */
    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void detect_aProxyAnswersThatNobodyIsBehindIt_isAskedAgainAsLongAsThereIsPatience(int status) throws IOException {
        Deque<Integer> answers = new ArrayDeque<>(List.of(status, status, 200));
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            int next = answers.size() > 1 ? answers.remove() : answers.element();
            exchange.sendResponseHeaders(next, -1);
            exchange.close();
        });
        proxy.start();
        try {
            SuperLinkAddress address =
                    new SuperLinkAddress("127.0.0.1", proxy.getAddress().getPort());
            SuperLinkOptions impatient = options(false);
            assertThatThrownBy(() ->
                            new Detection(address, impatient).detect(DetectionTest::askOverHttp, GrpcProbes::fleet))
                    .isInstanceOfSatisfying(TransportException.class, e -> assertThat(e.status())
                            .isEqualTo(Status.UNAVAILABLE))
                    .hasMessageContaining("something before it answers");

            Detection patient = new Detection(address, impatient.withPatience(Duration.ofSeconds(10)));

            assertThat(patient.detect(DetectionTest::askOverHttp, GrpcProbes::fleet))
                    .isEqualTo("http-acquire");
        } finally {
            proxy.stop(0);
        }
    }

    private static ProbeResult askOverHttp(RpcChannel channel) {
        return HttpProbes.executor(channel, LauncherAuth.none());
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void detect_lostWhileItWasAskedForTheLastTime_saysWhy(Status trouble) {
        ProbeResult.Unusable lost = lost(trouble);
        Detection detection = new Detection(ADDRESS, options(false));

        assertThatThrownBy(() -> detection.detect(channel -> new ProbeResult.OtherTransport(closed), channel -> lost))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(trouble))
                .hasCause(lost.cause().orElseThrow());
    }

    private static ProbeResult.Unusable lost(Status trouble) {
        return new ProbeResult.Unusable(trouble, ProbeResult.lostMeanwhile(trouble), Optional.of(failure(trouble)));
    }

    private static SuperLinkOptions options(boolean tls) {
        return new SuperLinkOptions(
                Duration.ZERO,
                tls ? TestCertificates.trusting("ca") : ConnectionSecurity.plaintext(),
                LauncherAuth.none(),
                Optional.empty(),
                WireSettings.of(TestMessages.clock(), new NoPauses(), new SplittableRandom(1)));
    }

    private static TransportException failure(Status status) {
        return new TransportException(status, "no", true, null);
    }
}
