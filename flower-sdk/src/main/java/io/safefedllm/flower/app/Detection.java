package io.safefedllm.flower.app;

import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.grpc.GrpcChannel;
import io.safefedllm.flower.link.http.HttpChannel;
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
                boolean transientTrouble = e.status() == Status.UNAVAILABLE || e.status() == Status.DEADLINE_EXCEEDED;
                if (!transientTrouble
                        || pauses.nanoTime() - start >= options.patience().toNanos()) {
                    throw e;
                }
                pause(pauses);
            }
        }
    }

    private String attempt(Function<RpcChannel, ProbeResult> overHttp, Function<RpcChannel, ProbeResult> overGrpc) {
        ProbeResult http = ask(HttpChannel.plaintext(address), overHttp);
        if (!(http instanceof ProbeResult.OtherTransport notHttp)) {
            return decided(http);
        }
        TransportException failure = notHttp.failure();
        if (!failure.wasSent()) {
            throw problem(failure, "nobody listens there; start flower-superlink or check the address");
        }
        if (failure.status() == Status.DEADLINE_EXCEEDED) {
            throw problem(failure, "it accepts connections but is silent; check the address");
        }
        ProbeResult grpc = ask(GrpcChannel.plaintext(address), overGrpc);
        if (grpc instanceof ProbeResult.OtherTransport) {
            throw new TransportException(
                    Status.PROTOCOL,
                    "no SuperLink at " + address + ": it speaks neither HTTP/1.1 nor gRPC without TLS; if the server"
                            + " uses TLS, that is not supported yet",
                    true,
                    failure);
        }
        return decided(grpc);
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
                unusable.status(), "the server at " + address + " cannot be used: " + unusable.reason(), true, null);
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
