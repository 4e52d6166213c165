package io.safefedllm.flower.link.http;

import com.sun.net.httpserver.HttpServer;
import io.safefedllm.flower.link.SuperLinkAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

/** Begins every answer and ends none. */
final class StalledServer implements AutoCloseable {

    private static final int OK = 200;
    private static final int PROMISED_BYTES = 100;

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);

    StalledServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(OK, PROMISED_BYTES);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitClose();
        });
        server.start();
    }

    SuperLinkAddress address() {
        return new SuperLinkAddress("127.0.0.1", server.getAddress().getPort());
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
