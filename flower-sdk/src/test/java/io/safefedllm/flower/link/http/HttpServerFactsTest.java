package io.safefedllm.flower.link.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

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
            SuperLinkAddress address =
                    SuperLinkAddress.parse("127.0.0.1:" + server.getAddress().getPort());

            HttpServerFacts facts = HttpServerFacts.ask(address, ConnectionSecurity.plaintext(), InstantSource.system())
                    .orElseThrow();

            assertThat(facts.flowerVersion()).isEmpty();
            assertThat(facts.clockLead()).isPresent();
        } finally {
            server.stop(0);
        }
    }
}
