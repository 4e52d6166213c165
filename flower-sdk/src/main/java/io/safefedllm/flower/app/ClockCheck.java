package io.safefedllm.flower.app;

import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.grpc.GrpcChannel;
import io.safefedllm.flower.link.grpc.GrpcProbes;
import io.safefedllm.flower.link.http.HttpServerFacts;
import io.safefedllm.flower.link.wire.NodeKey;
import io.safefedllm.flower.link.wire.ProbeResult;
import io.safefedllm.flower.link.wire.SignatureWindow;
import io.safefedllm.flower.link.wire.SuperExecSecret;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Finds out how far the clock here is ahead of a SuperLink's, without any effect there.
 *
 * <p>An HTTP server says what time it is. A gRPC server does not, but a Fleet API tells which signed times it takes, and so does an executor
 * API to those who know its secret.
 */
final class ClockCheck {

    private final SuperLinkAddress address;
    private final SuperLinkOptions options;

    ClockCheck(SuperLinkAddress address, SuperLinkOptions options) {
        this.address = address;
        this.options = options;
    }

    Optional<Duration> leadOfHttp() {
        return HttpServerFacts.ask(address, options.security(), options.wire().clock())
                .flatMap(HttpServerFacts::clockLead);
    }

    Optional<Duration> leadOfGrpcExecutor() {
        if (!(options.auth() instanceof SuperExecSecret secret)) {
            return Optional.empty();
        }
        try (GrpcChannel channel = GrpcChannel.open(address, options.security())) {
            if (GrpcProbes.executor(channel, secret) instanceof ProbeResult.OtherTransport) {
                return Optional.empty();
            }
            return SignatureWindow.clockLead(
                    shift -> GrpcProbes.executor(channel, secret.at(shifted(shift))) instanceof ProbeResult.Found);
        }
    }

    Optional<Duration> leadOfGrpcFleet() {
        NodeKey stranger = NodeKey.generate();
        try (GrpcChannel channel = GrpcChannel.open(address, options.security())) {
            return SignatureWindow.clockLead(shift -> GrpcProbes.fleetTakesTime(
                    channel, stranger.headers(shifted(shift).instant())));
        }
    }

    private InstantSource shifted(Duration shift) {
        InstantSource clock = options.wire().clock();
        return () -> clock.instant().plus(shift);
    }
}
