package io.safefedllm.flower.app;

import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.grpc.GrpcChannel;
import io.safefedllm.flower.link.grpc.GrpcClassicDialect;
import io.safefedllm.flower.link.grpc.GrpcProbes;
import io.safefedllm.flower.link.grpc.GrpcRuntimeDialect;
import io.safefedllm.flower.link.grpc.GrpcTaskDialect;
import io.safefedllm.flower.link.http.HttpAcquireDialect;
import io.safefedllm.flower.link.http.HttpChannel;
import io.safefedllm.flower.link.http.HttpClaimDialect;
import io.safefedllm.flower.link.http.HttpProbes;
import io.safefedllm.flower.link.wire.ExecutorDialect;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.RpcCaller;
import io.safefedllm.flower.link.wire.RpcChannel;
import io.safefedllm.flower.link.wire.WireNodeLink;
import io.safefedllm.flower.link.wire.WireRunLink;
import java.time.Duration;

/**
 * Opens links to SuperLinks, whatever their release: each is asked which generation of the wire it speaks.
 *
 * <p>All methods throw {@link TransportException} with one line for an operator: {@code UNAVAILABLE} nobody listens,
 * {@code DEADLINE_EXCEEDED} somebody listens but is silent, {@code TLS} the certificate is not accepted or only one side speaks TLS,
 * {@code UNAUTHENTICATED} a secret is missing or another one, {@code CLOCK} the clocks differ too much, {@code UNIMPLEMENTED} it is a server
 * without that API, {@code PROTOCOL} it is something else.
 */
public final class SuperLinks {

    /** After a minute without a call the token of a run is dead. */
    private static final Duration RUN_RETRIES = Duration.ofSeconds(60);

    /** A node outlives a restart of a SuperLink's machine. */
    private static final Duration NODE_RETRIES = Duration.ofMinutes(10);

    private SuperLinks() {}

    /** Opens an executor's link with {@link SuperLinkOptions#defaults()}. */
    public static RunLink executor(SuperLinkAddress address) {
        return executor(address, SuperLinkOptions.defaults());
    }

    /** Opens an executor's link: the caller closes it. */
    public static RunLink executor(SuperLinkAddress address, SuperLinkOptions options) {
        String generation = executorGeneration(address, options);
        RpcCaller rpc = new RpcCaller(channel(generation, address, options), RUN_RETRIES, options.wire());
        ExecutorDialect dialect = dialect(generation, rpc, options.auth());
        RefusalDiagnosis diagnosis = new RefusalDiagnosis(address, options);
        return new WireRunLink(rpc, dialect, address.toString(), options.wire(), diagnosis::ofExecutor);
    }

    /** Opens a node's link, with a key made for it, and {@link SuperLinkOptions#defaults()}. */
    public static NodeLink fleet(SuperLinkAddress address) {
        return fleet(address, SuperLinkOptions.defaults());
    }

    /** Opens a node's link, with the key of the options or one made for it: the caller closes it. */
    public static NodeLink fleet(SuperLinkAddress address, SuperLinkOptions options) {
        String generation = fleetGeneration(address, options);
        RpcCaller rpc = new RpcCaller(channel(generation, address, options), NODE_RETRIES, options.wire());
        RefusalDiagnosis diagnosis = new RefusalDiagnosis(address, options);
        return new WireNodeLink(rpc, options.identity(), address.toString(), options.wire(), diagnosis::ofNode);
    }

    /** Asks for the generation of an executor address, for example {@code grpc-classic}; without any effect there. */
    public static String executorGeneration(SuperLinkAddress address, SuperLinkOptions options) {
        try {
            return new Detection(address, options)
                    .detect(
                            channel -> HttpProbes.executor(channel, options.auth()),
                            channel -> GrpcProbes.executor(channel, options.auth()));
        } catch (TransportException e) {
            throw e.status() == Status.UNAUTHENTICATED ? new RefusalDiagnosis(address, options).ofExecutor(e) : e;
        }
    }

    /** Asks for the transport of a fleet address, {@code grpc} or {@code http}; without any effect there. */
    public static String fleetGeneration(SuperLinkAddress address, SuperLinkOptions options) {
        return new Detection(address, options).detect(HttpProbes::fleet, GrpcProbes::fleet);
    }

    private static RpcChannel channel(String generation, SuperLinkAddress address, SuperLinkOptions options) {
        return generation.startsWith("grpc")
                ? GrpcChannel.open(address, options.security())
                : HttpChannel.open(address, options.security());
    }

    private static ExecutorDialect dialect(String generation, RpcCaller rpc, LauncherAuth auth) {
        return switch (generation) {
            case GrpcClassicDialect.GENERATION -> new GrpcClassicDialect(rpc, auth);
            case GrpcTaskDialect.GENERATION -> new GrpcTaskDialect(rpc, auth);
            case GrpcRuntimeDialect.GENERATION -> new GrpcRuntimeDialect(rpc, auth);
            case HttpClaimDialect.GENERATION -> new HttpClaimDialect(rpc, auth);
            case HttpAcquireDialect.GENERATION -> new HttpAcquireDialect(rpc, auth);
            default -> throw new IllegalStateException("no dialect is called '" + generation + "'");
        };
    }
}
