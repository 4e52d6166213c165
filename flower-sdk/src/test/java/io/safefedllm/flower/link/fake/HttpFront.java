package io.safefedllm.flower.link.fake;

import com.google.protobuf.MessageLite;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.safefedllm.flower.link.SuperLinkAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** {@code POST /v1/<service>/<method>} over HTTP/1.1. */
public final class HttpFront implements Front {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final FakeSuperLink superLink;
    private volatile boolean tellsTime;

    /** Starts a server on a free port. */
    public HttpFront(FakeSuperLink superLink) throws IOException {
        this(superLink, HttpServer.create(loopback(), 0));
    }

    /** Starts a server with TLS on a free port. */
    public HttpFront(FakeSuperLink superLink, SSLContext tls) throws IOException {
        this(superLink, secured(tls));
    }

    private HttpFront(FakeSuperLink superLink, HttpServer server) {
        this.superLink = superLink;
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Answers whoever only asks what there is, with the date of the machine; else such a connection is closed. */
    void tellTime() {
        tellsTime = true;
    }

    private static HttpServer secured(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public SuperLinkAddress address() {
        return new SuperLinkAddress("127.0.0.1", server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!tellsTime && exchange.getRequestMethod().equals("GET")) {
                return;
            }
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            byte[] request = exchange.getRequestBody().readAllBytes();
            try {
                boolean flower = path.length == 4
                        && path[1].equals("v1")
                        && "application/protobuf"
                                .equals(exchange.getRequestHeaders().getFirst("content-type"))
                        && exchange.getRequestHeaders().getFirst("upgrade") == null;
                if (!flower) {
                    throw Refusal.unknownMethod();
                }
                String service = path[2].equals("fleet") ? "Fleet" : "Runtime";
                if (service.equals("Fleet")
                        && superLink.generation.fleetTransport().equals("grpc")) {
                    throw Refusal.unknownMethod();
                }
                MessageLite answer = superLink.call(service, camel(path[3]), request, caller(exchange));
                answer(exchange, 200, answer.toByteArray());
            } catch (Refusal e) {
                String json = "{\"code\": 1008, \"detail\": \"" + e.getMessage() + "\"}";
                answer(exchange, e.httpStatus, json.getBytes(StandardCharsets.UTF_8));
            } catch (RuntimeException | AssertionError e) {
                answer(exchange, 500, String.valueOf(e).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static String camel(String kebab) {
        return Arrays.stream(kebab.split("-", -1))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }

    private static Caller caller(HttpExchange exchange) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, Caller.BinaryHeader> binaries = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> {
            String key = name.toLowerCase(Locale.ROOT);
            texts.put(key, values.get(0));
            if (key.equals("flwr-public-key") || key.equals("flwr-signature")) {
                binaries.put(key, new Caller.BinaryHeader(Base64.getDecoder().decode(values.get(0))));
            }
        });
        return new Caller(texts, binaries);
    }
}
