package io.safefedllm.flower.link.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What an HTTP server tells anybody about itself; nothing that proves who asks is sent.
 *
 * @param flowerVersion the release, which a SuperLink since 1.35 names in its description of the API; a proxy may hide it
 * @param clockLead how far the clock here is ahead of the server's, to about a second; empty if its answer has no date
 */
public record HttpServerFacts(Optional<String> flowerVersion, Optional<Duration> clockLead) {

    private static final String PATH = "/openapi.json";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LARGEST_DESCRIPTION = 4 * 1024 * 1024;
    private static final int OK = 200;
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.+-]{1,40}");

    /** A date has whole seconds, so on average it is half a second old. */
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

    /** Returns the facts, or nothing if no HTTP server answers; takes ten seconds at most. */
    public static Optional<HttpServerFacts> ask(
            SuperLinkAddress address, ConnectionSecurity security, InstantSource clock) {
        return ask(address, security, clock, TIMEOUT);
    }

    /**
     * As {@link #ask(SuperLinkAddress, ConnectionSecurity, InstantSource)}.
     *
     * @param limit how long the server may take to answer, and as long again for its description
     */
    static Optional<HttpServerFacts> ask(
            SuperLinkAddress address, ConnectionSecurity security, InstantSource clock, Duration limit) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(HttpChannel.scheme(security) + "://" + address + PATH))
                .timeout(limit)
                .build();
        try {
            Instant before = clock.instant();
            HttpResponse<InputStream> response =
                    HttpChannel.client(security).send(request, HttpResponse.BodyHandlers.ofInputStream());
            Instant after = clock.instant();
            Instant middle = before.plus(Duration.between(before, after).dividedBy(2));
            return Optional.of(new HttpServerFacts(version(response, limit), lead(response, middle)));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<Duration> lead(HttpResponse<?> response, Instant here) {
        return response.headers().firstValue("date").flatMap(date -> {
            try {
                Instant there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return Optional.of(Duration.between(there.plus(HALF_A_SECOND), here));
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        });
    }

    // The time limit of a request ends with the headers of its answer, so the rest has one of its own: closing ends a
    // read.
    private static Optional<String> version(HttpResponse<InputStream> response, Duration limit) {
        Executor later = CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS);
        try (InputStream body = response.body()) {
            if (response.statusCode() != OK) {
                return Optional.empty();
            }
            later.execute(() -> end(body));
            byte[] description = body.readNBytes(LARGEST_DESCRIPTION);
            String text =
                    new ObjectMapper().readTree(description).at("/info/version").asText();
            return Optional.of(text).filter(VERSION.asMatchPredicate());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void end(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
