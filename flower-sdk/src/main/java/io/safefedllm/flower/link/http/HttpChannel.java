package io.safefedllm.flower.link.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.tls.TlsContexts;
import io.safefedllm.flower.link.wire.RpcCall;
import io.safefedllm.flower.link.wire.RpcChannel;
import io.safefedllm.flower.link.wire.RpcHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls as {@code POST /v1/<service>/<method-in-kebab-case>} over HTTP/1.1.
 *
 * <p>Never HTTP/2: a SuperLink refuses the JDK client's offer to upgrade. Idle connections are dropped after three seconds, because the
 * server drops them after five and a request sent at that very moment is lost.
 */
public final class HttpChannel implements RpcChannel {

    private static final String MEDIA_TYPE = "application/protobuf";
    private static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";
    private static final String KEEP_ALIVE_SECONDS = "3";

    /** Less than any call may be idle, so that nobody listening is told apart from nobody answering. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(4);

    private static final Pattern WORD_START = Pattern.compile("(?<!^)([A-Z])");
    private static final int OK = 200;

    static {
        if (System.getProperty(KEEP_ALIVE) == null) {
            System.setProperty(KEEP_ALIVE, KEEP_ALIVE_SECONDS);
        }
    }

    private final SuperLinkAddress address;
    private final String scheme;
    private final HttpClient client;

    private HttpChannel(SuperLinkAddress address, ConnectionSecurity security) {
        this.address = address;
        this.scheme = scheme(security);
        this.client = client(security);
    }

    /** Opens a channel; connects at the first call. */
    public static HttpChannel open(SuperLinkAddress address, ConnectionSecurity security) {
        return new HttpChannel(address, security);
    }

    static String scheme(ConnectionSecurity security) {
        return security.isTls() ? "https" : "http";
    }

    static HttpClient client(ConnectionSecurity security) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER);
        security.roots().map(TlsContexts::of).ifPresent(builder::sslContext);
        return builder.build();
    }

    @Override
    public <R extends MessageLite> R call(RpcCall<R> call) {
        IdleLimit limit = new IdleLimit(call.timeout(), System::nanoTime);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(call))
                .header("content-type", MEDIA_TYPE)
                .header("accept", MEDIA_TYPE)
                .POST(limit.sending(call.request().toByteArray()));
        call.headers().entries().forEach(header -> request.header(header.name(), value(header)));
        try {
            HttpResponse<byte[]> response = send(request.build(), limit);
            if (response.statusCode() != OK) {
                throw HttpFailures.translate(response, address, call.name());
            }
            return parse(call, response.body());
        } catch (IOException e) {
            throw HttpFailures.translate(e, address, call.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(Status.CANCELLED, call.name() + " was interrupted", true, e);
        }
    }

    // The client's own time limit is one for the whole request and ends with the headers of its answer.
    private HttpResponse<byte[]> send(HttpRequest request, IdleLimit limit) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, head -> limit.receiving(HttpResponse.BodySubscribers.ofByteArray()));
        try {
            return limit.await(answer);
        } catch (ExecutionException e) {
            throw connectionFailure(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /**
     * Returns what happened to the connection; throws what did not happen there, such as a lack of memory, as it is. A runtime exception
     * of the JDK's client is an answer that it cannot read, such as a length that is no number.
     */
    static IOException connectionFailure(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException unreadable) {
            return new IOException("the answer cannot be read: " + unreadable.getMessage(), unreadable);
        }
        return cause instanceof IOException failure ? failure : new IOException(cause);
    }

    @Override
    public String transport() {
        return "http";
    }

    /** Does nothing: the JDK's client ends when it is no longer reachable and its connections are idle. */
    @Override
    public void close() {}

    private URI uri(RpcCall<?> call) {
        String method = WORD_START.matcher(call.method()).replaceAll("-$1").toLowerCase(Locale.ROOT);
        return URI.create(scheme + "://" + address + "/v1/" + call.service().toLowerCase(Locale.ROOT) + "/" + method);
    }

    private <R extends MessageLite> R parse(RpcCall<R> call, byte[] body) {
        try {
            @SuppressWarnings("unchecked") // A message's parser makes messages of its own type.
            R response = (R) call.response().getParserForType().parseFrom(body);
            return response;
        } catch (InvalidProtocolBufferException e) {
            throw new TransportException(
                    Status.PROTOCOL,
                    call.name() + " at " + address + " answered something else than Flower does",
                    true,
                    e);
        }
    }

    private static String value(RpcHeaders.Header header) {
        return header instanceof RpcHeaders.Binary binary
                ? Base64.getEncoder().encodeToString(binary.value())
                : ((RpcHeaders.Text) header).value();
    }
}
