package io.safefedllm.flower.app;

import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.http.HttpServerFacts;
import io.safefedllm.flower.link.tls.TlsQuestion;
import io.safefedllm.flower.link.tls.TrustRoots;
import io.safefedllm.flower.link.wire.SignatureWindow;
import java.time.Duration;
import java.util.Optional;

/** What else can be learnt about a SuperLink from outside, without any effect there; the generation comes from {@link SuperLinks}. */
public final class SuperLinkFacts {

    private SuperLinkFacts() {}

    /** Returns the release of Flower, or nothing where none is named: up to 1.34, and behind some proxies. */
    public static Optional<String> release(SuperLinkAddress address, SuperLinkOptions options) {
        return HttpServerFacts.ask(address, options.security(), options.wire().clock())
                .flatMap(HttpServerFacts::flowerVersion);
    }

    /**
     * Returns how far the clock here is ahead of the server's, to about a second.
     *
     * @param fleetOverGrpc whether the address is known to be a Fleet API over gRPC
     * @return nothing where it cannot be known: at a gRPC executor address without its secret
     */
    public static Optional<Duration> clockLead(
            SuperLinkAddress address, SuperLinkOptions options, boolean fleetOverGrpc) {
        ClockCheck clocks = new ClockCheck(address, options);
        return clocks.leadOfHttp().or(fleetOverGrpc ? clocks::leadOfGrpcFleet : clocks::leadOfGrpcExecutor);
    }

    /** Returns whether a SuperLink refuses signatures made by the clock here. */
    public static boolean isRefusedWith(Duration clockLead) {
        return SignatureWindow.isMissedWith(clockLead);
    }

    /** Returns a difference of clocks in words, for example {@code 10 min 3 s ahead of}. */
    public static String inWords(Duration clockLead) {
        return RefusalDiagnosis.words(clockLead);
    }

    /** Returns the server's certificate, checked against the authorities of the options or the public ones, or nothing without TLS. */
    public static Optional<TlsQuestion.Answer> certificate(SuperLinkAddress address, SuperLinkOptions options) {
        return TlsQuestion.ask(address, options.security().roots().orElseGet(TrustRoots::system))
                        instanceof TlsQuestion.Answer answer
                ? Optional.of(answer)
                : Optional.empty();
    }
}
