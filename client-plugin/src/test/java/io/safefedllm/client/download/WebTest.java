package io.safefedllm.client.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against two servers of our own on this machine, of which one redirects to the other. */
class WebTest {
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Web web = new Web(new PipSettings(List.of(), Optional.empty(), Optional.empty(), List.of()));
    private final HttpServer index;
    private final HttpServer other;

    WebTest() throws IOException {
        index = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        redirect("/moved", "/here");
        redirect("/away", origin(other) + "/here");
        redirect("/round", "/round");
        serve(index, "/here");
        serve(other, "/here");
        index.start();
        other.start();
    }

    @AfterEach
    void stop() {
        index.stop(0);
        other.stop(0);
    }

    private static String origin(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void redirect(String path, String location) {
        index.createContext(path, exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }

    /** Notes which headers arrive. */
    private void serve(HttpServer server, String path) {
        server.createContext(path, exchange -> {
            boolean user = exchange.getRequestHeaders().containsKey("Authorization");
            requests.add(exchange.getRequestHeaders().getFirst("Range") + (user ? " with password" : ""));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
    }

    private URI get(String path) throws IOException, InterruptedException {
        URI address = URI.create(origin(index).replace("://", "://user:word@") + path);
        HttpResponse<InputStream> answer = web.get(address, "Range", "bytes=0-");
        try (InputStream body = answer.body()) {
            assertThat(body.read()).isNegative();
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.uri();
    }

    @Test
    void get_hostThatNeedsNoProxy_isAskedItself() throws IOException, InterruptedException {
        URI gone = URI.create(origin(other));
        other.stop(0);
        URI address = URI.create(origin(index) + "/here");

        Web direct =
                new Web(new PipSettings(List.of(), Optional.empty(), Optional.of(gone), DirectHost.list("127.0.0.1")));
        try (InputStream body = direct.get(address, "Range", "bytes=0-").body()) {
            assertThat(body.read()).isNegative();
        }
        Web through = new Web(new PipSettings(List.of(), Optional.empty(), Optional.of(gone), List.of()));
        assertThatThrownBy(() -> through.get(address, "Range", "bytes=0-")).isInstanceOf(ConnectException.class);

        assertThat(requests).containsExactly("bytes=0-");
    }

    @Test
    void get_redirectWithinTheOrigin_keepsThePassword() throws IOException, InterruptedException {
        assertThat(get("/moved")).hasToString(origin(index) + "/here");

        assertThat(requests).containsExactly("bytes=0- with password");
    }

    @Test
    void get_redirectToAnotherOrigin_leavesThePasswordOut() throws IOException, InterruptedException {
        assertThat(get("/away")).hasToString(origin(other) + "/here");

        assertThat(requests).containsExactly("bytes=0-");
    }

    @Test
    void get_redirectsWithoutEnd_areGivenUp() {
        assertThatThrownBy(() -> get("/round"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 5 times")
                .hasMessageNotContaining("word");
    }

    @Test
    void redirected_fromHttpsToHttpOrNowhere_isRefused() throws IOException {
        URI secure = URI.create("https://index.example/simple/");

        assertThat(Web.redirected(secure, "../files/a")).hasToString("https://index.example/files/a");
        assertThat(Web.redirected(URI.create("http://index.example/"), "https://index.example/a"))
                .hasToString("https://index.example/a");
        for (String location : List.of("http://index.example/a", "file:///etc/hostname", "a b")) {
            assertThatThrownBy(() -> Web.redirected(secure, location)).isInstanceOf(Retries.Refused.class);
        }
    }

    @Test
    void isSameOrigin_schemeHostAndPort_allCount() {
        URI page = URI.create("https://index.example/simple/");

        assertThat(Web.isSameOrigin(page, URI.create("https://Index.example:443/a")))
                .isTrue();
        assertThat(Web.isSameOrigin(page, URI.create("https://index.example:8443/a")))
                .isFalse();
        assertThat(Web.isSameOrigin(page, URI.create("http://index.example/a"))).isFalse();
        assertThat(Web.isSameOrigin(page, URI.create("https://files.example/a")))
                .isFalse();
    }
}
