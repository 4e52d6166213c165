package io.safefedllm.it.relay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Passes on HTTP requests of any path. */
final class HttpRelay implements Relay {

    private static final int THREADS = 8;
    private static final int OK = 200;

    /** Headers that belong to a connection, or that client and server write by themselves. */
    private static final Set<String> OF_A_CONNECTION = Set.of(
            "connection", "content-length", "date", "expect", "host", "keep-alive", "transfer-encoding", "upgrade");

    private final Transcript transcript = new Transcript();
    private final HttpClient onward =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final String superLink;
    private final HttpServer server;

    HttpRelay(String superLink) throws IOException {
        this.superLink = superLink;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    @Override
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public Transcript transcript() {
        return transcript;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            Transcript.Entry entry = transcript.open(name(exchange), request);
            HttpResponse<byte[]> answer =
                    onward.send(again(exchange, request), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == OK) {
                entry.answered(answer.body());
            } else {
                entry.refused();
            }
            answer.headers().map().forEach((name, values) -> {
                if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest again(HttpExchange exchange, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + superLink + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    /** As gRPC names the method, where the path is one: {@code /v1/runtime/push-logs} is {@code Runtime/PushLogs}. */
    private static String name(HttpExchange exchange) {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        return path.length == 4 && path[1].equals("v1")
                ? words(path[2]) + "/" + words(path[3])
                : exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    }

    private static String words(String kebab) {
        return Arrays.stream(kebab.split("-", -1))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }
}
