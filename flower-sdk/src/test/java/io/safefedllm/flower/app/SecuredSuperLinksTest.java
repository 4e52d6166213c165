package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.TestCertificates;
import io.safefedllm.flower.link.fake.WireHarness;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.tls.TrustRoots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections with TLS over both transports: whom they accept and why they end. */
class SecuredSuperLinksTest {

    private static final ConnectionSecurity TRUSTING = TestCertificates.trusting("ca");

    static Stream<Named<Function<String, WireHarness>>> wires() {
        return Stream.of(
                Named.of("gRPC", certificate -> WireHarness.of(FakeGeneration.GRPC_CLASSIC, certificate)),
                Named.of("HTTP", certificate -> WireHarness.of(FakeGeneration.HTTP_ACQUIRE, certificate)));
    }

    @ParameterizedTest
    @MethodSource("wires")
    void detection_rightAuthority_findsTheGeneration(Function<String, WireHarness> wire) {
        try (WireHarness harness = wire.apply("server")) {
            SuperLinkAddress byName =
                    new SuperLinkAddress("localhost", harness.executorAddress().port());

            assertThat(SuperLinks.executorGeneration(harness.executorAddress(), harness.options()))
                    .isEqualTo(SuperLinks.executorGeneration(byName, harness.options()))
                    .isIn("grpc-classic", "http-acquire");
            assertThat(SuperLinks.fleetGeneration(harness.executorAddress(), harness.options()))
                    .isIn("grpc", "http");
        }
    }

    @ParameterizedTest
    @MethodSource("wires")
    void detection_wrongAuthority_namesTheIssuer(Function<String, WireHarness> wire) {
        assertRefused(
                wire,
                "server",
                TestCertificates.trusting("other-ca"),
                "issued by 'CN=test authority', which the test's CA file does not vouch for");
    }

    @ParameterizedTest
    @MethodSource("wires")
    void detection_publicAuthorities_doNotVouchForATestCertificate(Function<String, WireHarness> wire) {
        assertRefused(wire, "server", ConnectionSecurity.tls(TrustRoots.system()), "does not vouch for");
    }

    @ParameterizedTest
    @MethodSource("wires")
    void detection_expiredCertificate_saysSince(Function<String, WireHarness> wire) {
        assertRefused(wire, "expired", TRUSTING, "'CN=expired' expired on 2024-01-01T00:00:00Z");
    }

    @ParameterizedTest
    @MethodSource("wires")
    void detection_certificateOfAnotherHost_namesBoth(Function<String, WireHarness> wire) {
        assertRefused(
                wire, "elsewhere", TRUSTING, "its certificate is not for '127.0.0.1' but for 'superlink.example'");
    }

    @ParameterizedTest
    @MethodSource("wires")
    void detection_plaintextToTls_saysThatItSpeaksTls(Function<String, WireHarness> wire) {
        assertRefused(
                wire, "server", ConnectionSecurity.plaintext(), "speaks TLS; give the certificate of its authority");
    }

    @ParameterizedTest
    @MethodSource("plaintextServers")
    void detection_tlsToPlaintext_saysThatItSpeaksPlaintext(WireHarness harness) {
        try (harness) {
            SuperLinkOptions options = harness.options().withSecurity(TRUSTING);

            assertTlsFailure(harness, options, "it speaks plaintext, not TLS");
        }
    }

    @Test
    void detection_peerClosesEveryHandshake_isAFailureOfTls() throws Exception {
        try (ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            SuperLinkAddress address = new SuperLinkAddress("127.0.0.1", closing.getLocalPort());
            SuperLinkOptions options =
                    SuperLinkOptions.defaults().withPatience(Duration.ZERO).withSecurity(TRUSTING);
            Thread server = new Thread(() -> closeAfterTheFirstBytes(closing), "closes");
            server.start();

            assertTlsFailure(address, options, "ends the connection in the middle of the TLS handshake");
        }
    }

    private static void closeAfterTheFirstBytes(ServerSocket listening) {
        while (!listening.isClosed()) {
            try (Socket caller = listening.accept()) {
                caller.getInputStream().readNBytes(1);
            } catch (IOException e) {
                // The caller has gone, or the test is over.
            }
        }
    }

    static Stream<Named<WireHarness>> plaintextServers() {
        return Stream.of(
                Named.of("gRPC", WireHarness.of(FakeGeneration.GRPC_CLASSIC)),
                Named.of("HTTP", WireHarness.of(FakeGeneration.HTTP_ACQUIRE).tellingTime()));
    }

    private static void assertRefused(
            Function<String, WireHarness> wire, String certificate, ConnectionSecurity security, String reason) {
        try (WireHarness harness = wire.apply(certificate)) {
            assertTlsFailure(harness, harness.options().withSecurity(security), reason);
        }
    }

    private static void assertTlsFailure(WireHarness harness, SuperLinkOptions options, String reason) {
        assertTlsFailure(harness.executorAddress(), options, reason);
    }

    private static void assertTlsFailure(SuperLinkAddress address, SuperLinkOptions options, String reason) {
        assertThatThrownBy(() -> SuperLinks.executorGeneration(address, options))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(Status.TLS))
                .hasMessageContaining("the server at " + address)
                .hasMessageContaining(reason);
        assertThatThrownBy(() -> SuperLinks.fleetGeneration(address, options)).hasMessageContaining(reason);
    }
}
