package io.safefedllm.flower.link.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.tls.TlsFailures;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** HTTP's failures in the words of {@link TransportException}. */
final class HttpFailures {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_DETAIL = 300;

    private static final String STALLED =
            "; look whether the SuperLink is overloaded or hangs, and whether the network to it drops packets";

    private HttpFailures() {}

    static TransportException translate(HttpResponse<byte[]> response, SuperLinkAddress address, String call) {
        String text = call + " at " + address + ": HTTP " + response.statusCode() + " " + detail(response.body());
        return new TransportException(translate(response.statusCode()), text.strip(), true, null);
    }

    static TransportException translate(IOException e, SuperLinkAddress address, String call) {
        String where = call + " at " + address + ": ";
        if (e instanceof HttpConnectTimeoutException) {
            return new TransportException(Status.UNAVAILABLE, where + "no connection in time", false, e);
        }
        if (e instanceof HttpTimeoutException) {
            return new TransportException(Status.DEADLINE_EXCEEDED, where + e.getMessage() + STALLED, true, e);
        }
        if (e instanceof ConnectException) {
            return new TransportException(Status.UNAVAILABLE, where + "connection refused", false, e);
        }
        if (e.getCause() instanceof RuntimeException) {
            return new TransportException(Status.PROTOCOL, where + oneLine(String.valueOf(e.getMessage())), true, e);
        }
        Optional<String> tls = TlsFailures.explain(e);
        if (tls.isPresent()) {
            return new TransportException(Status.TLS, "the server at " + address + ": " + tls.get(), false, e);
        }
        return new TransportException(Status.UNAVAILABLE, where + oneLine(String.valueOf(e.getMessage())), true, e);
    }

    private static Status translate(int code) {
        return switch (code) {
            case 400, 415, 422 -> Status.INVALID_ARGUMENT;
            case 401 -> Status.UNAUTHENTICATED;
            case 403 -> Status.PERMISSION_DENIED;
            case 404, 405 -> Status.UNIMPLEMENTED;
            case 412 -> Status.FAILED_PRECONDITION;
            case 502, 503, 504 -> Status.UNAVAILABLE;
            default -> code >= 500 ? Status.INTERNAL : Status.PROTOCOL;
        };
    }

    private static String detail(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            JsonNode json = JSON.readTree(text);
            if (json != null && json.hasNonNull("detail")) {
                String code = json.hasNonNull("code") ? json.get("code").asText() + " " : "";
                return oneLine(code + json.get("detail").asText());
            }
        } catch (JsonProcessingException e) {
            return oneLine(text);
        }
        return oneLine(text);
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST_DETAIL ? line : line.substring(0, LONGEST_DETAIL);
    }
}
