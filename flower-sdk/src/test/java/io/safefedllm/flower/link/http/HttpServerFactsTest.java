package io.safefedllm.flower.link.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HttpServerFactsTest {

    @Test
    void ask_descriptionThatIsNoJson_stillTellsTheTime() throws Exception {
        byte[] body = "<html>not found</html>".getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            assertTellsTheTimeOnly(
                    SuperLinkAddress.parse("127.0.0.1:" + server.getAddress().getPort()), Duration.ofSeconds(5));
        } finally {
            server.stop(0);
        }
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void ask_descriptionThatNeverEnds_stillTellsTheTime() throws Exception {
        try (StalledServer server = new StalledServer()) {
            assertTellsTheTimeOnly(server.address(), Duration.ofMillis(500));
        }
    }

    private static void assertTellsTheTimeOnly(SuperLinkAddress address, Duration limit) {
        HttpServerFacts facts = HttpServerFacts.ask(
                        address, ConnectionSecurity.plaintext(), InstantSource.system(), limit)
                .orElseThrow();

        assertThat(facts.flowerVersion()).isEmpty();
        assertThat(facts.clockLead()).isPresent();
    }
}
