package io.safefedllm.flower.app;

import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.grpc.GrpcChannel;
import io.safefedllm.flower.link.http.HttpChannel;
import io.safefedllm.flower.link.http.HttpServerFacts;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.tls.TlsFailures;
import io.safefedllm.flower.link.tls.TlsQuestion;
import io.safefedllm.flower.link.tls.TlsQuestion.NoAnswer;
import io.safefedllm.flower.link.tls.TrustRoots;
import io.safefedllm.flower.link.wire.Pauses;
import io.safefedllm.flower.link.wire.ProbeResult;
import io.safefedllm.flower.link.wire.RpcChannel;
import java.time.Duration;
import java.util.function.Function;

/**
 * Finds out which generation a server is (PROTOCOL 13): HTTP first, because a gRPC server refuses that within milliseconds; asks
 * again while nobody listens yet.
 */
final class Detection {

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

    private static final String SPEAKS_TLS = " speaks TLS; give the certificate of its authority with"
            + " --root-certificates FILE (the SuperLink's --ssl-ca-certfile), or --tls if a public authority has signed"
            + " it";

    private static final String NO_HANDSHAKE =
            " ends the connection in the middle of the TLS handshake; check that this port is a SuperLink's that was"
                    + " started with certificates, and that it asks for none of the caller's";

    private final SuperLinkAddress address;
    private final SuperLinkOptions options;

    Detection(SuperLinkAddress address, SuperLinkOptions options) {
        this.address = address;
        this.options = options;
    }

    String detect(Function<RpcChannel, ProbeResult> overHttp, Function<RpcChannel, ProbeResult> overGrpc) {
        Pauses pauses = options.wire().pauses();
        long start = pauses.nanoTime();
        while (true) {
            try {
                return attempt(overHttp, overGrpc);
            } catch (TransportException e) {
                if (!e.isConnectionTrouble()
                        || pauses.nanoTime() - start >= options.patience().toNanos()) {
                    throw e;
                }
                pause(pauses);
            }
        }
    }

    private String attempt(Function<RpcChannel, ProbeResult> overHttp, Function<RpcChannel, ProbeResult> overGrpc) {
        ProbeResult http = ask(HttpChannel.open(address, options.security()), overHttp);
        if (!(http instanceof ProbeResult.OtherTransport notHttp)) {
            return decided(http);
        }
        TransportException failure = notHttp.failure();
        if (failure.status() == Status.TLS) {
            throw failure;
        }
        if (options.security().isTls() && answersInPlaintext()) {
            throw new TransportException(
                    Status.TLS, "the server at " + address + ": " + TlsFailures.PLAINTEXT, false, failure);
        }
        if (!failure.wasSent()) {
            throw problem(failure, "nobody listens there; start flower-superlink or check the address");
        }
        if (failure.status() == Status.DEADLINE_EXCEEDED) {
            throw problem(failure, "it accepts connections but is silent; check the address");
        }
        ProbeResult grpc = ask(GrpcChannel.open(address, options.security()), overGrpc);
        if (notHttp.isBusy() && !(grpc instanceof ProbeResult.Found)) {
            throw problem(
                    failure, "something before it answers that it is not available; look at that, or wait longer");
        }
        if (grpc instanceof ProbeResult.OtherTransport notGrpc) {
            throw neither(failure, notGrpc.failure());
        }
        return decided(grpc);
    }

    // A plaintext server may also close the connection, or wait for more.
    private boolean answersInPlaintext() {
        return HttpServerFacts.ask(
                        address, ConnectionSecurity.plaintext(), options.wire().clock())
                .isPresent();
    }

    private TransportException neither(TransportException overHttp, TransportException overGrpc) {
        if (overGrpc.status() == Status.TLS) {
            return overGrpc;
        }
        if (!overGrpc.wasSent()) {
            return problem(overGrpc, ProbeResult.lostMeanwhile(overGrpc.status()));
        }
        TrustRoots roots = options.security().roots().orElseGet(TrustRoots::system);
        return neither(overHttp, overGrpc, TlsQuestion.ask(address, roots));
    }

    /**
     * Returns what the failures of both transports mean, given how the server takes a handshake. A server that was asked in plaintext and
     * refused both has decided, even if it is silent to a handshake, which it was not meant to understand.
     */
    TransportException neither(TransportException overHttp, TransportException overGrpc, TlsQuestion.Outcome tls) {
        boolean wantsTls = options.security().isTls();
        if (tls instanceof TlsQuestion.Answer && !wantsTls) {
            return tls(SPEAKS_TLS, overHttp);
        }
        if (tls == NoAnswer.NO_CONNECTION) {
            return trouble(Status.UNAVAILABLE, overGrpc);
        }
        if ((tls == NoAnswer.SILENT && wantsTls) || overGrpc.status() == Status.DEADLINE_EXCEEDED) {
            return trouble(Status.DEADLINE_EXCEEDED, overGrpc);
        }
        if (tls == NoAnswer.NO_HANDSHAKE && wantsTls) {
            return tls(NO_HANDSHAKE, overHttp);
        }
        return new TransportException(
                Status.PROTOCOL,
                "no SuperLink at " + address + ": it speaks neither HTTP/1.1 nor gRPC; check the port",
                true,
                overHttp);
    }

    private TransportException tls(String what, TransportException cause) {
        return new TransportException(Status.TLS, "the server at " + address + what, true, cause);
    }

    private TransportException trouble(Status status, TransportException cause) {
        return new TransportException(
                status, "no SuperLink at " + address + ": " + ProbeResult.lostMeanwhile(status), true, cause);
    }

    private static ProbeResult ask(RpcChannel channel, Function<RpcChannel, ProbeResult> question) {
        try (channel) {
            return question.apply(channel);
        }
    }

    private String decided(ProbeResult result) {
        if (result instanceof ProbeResult.Found found) {
            return found.generation();
        }
        ProbeResult.Unusable unusable = (ProbeResult.Unusable) result;
        throw new TransportException(
                unusable.status(),
                "the server at " + address + " cannot be used: " + unusable.reason(),
                true,
                unusable.cause().orElse(null));
    }

    private TransportException problem(TransportException failure, String what) {
        return new TransportException(
                failure.status(), "no SuperLink at " + address + ": " + what, failure.wasSent(), failure);
    }

    private static void pause(Pauses pauses) {
        try {
            pauses.pause(BETWEEN_ATTEMPTS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(Status.CANCELLED, "interrupted while waiting for a SuperLink", false, e);
        }
    }
}
