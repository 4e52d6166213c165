package io.safefedllm.flower.link.grpc;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.ProbeResult;
import io.safefedllm.flower.link.wire.RpcCall;
import io.safefedllm.flower.link.wire.RpcChannel;
import io.safefedllm.flower.link.wire.RpcHeaders;
import io.safefedllm.flower.proto.ListAppsToLaunchRequest;
import io.safefedllm.flower.proto.ListAppsToLaunchResponse;
import io.safefedllm.flower.proto.PullMessagesRequest;
import io.safefedllm.flower.proto.PullMessagesResponse;
import io.safefedllm.flower.proto.PullPendingTasksRequest;
import io.safefedllm.flower.proto.PullPendingTasksResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks a gRPC server which generation it is; no question has an effect (PROTOCOL 13).
 *
 * <p>A method that a server lacks is answered UNAUTHENTICATED or UNIMPLEMENTED, never OK, so the first OK decides.
 */
public final class GrpcProbes {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final String UNSIGNED = "Missing authentication metadata";
    private static final String INVALID_TIMESTAMP = "Invalid timestamp";

    private GrpcProbes() {}

    /** Asks for the generation of an executor address. */
    public static ProbeResult executor(RpcChannel channel, LauncherAuth auth) {
        MessageLite pending = PullPendingTasksRequest.getDefaultInstance();
        MessageLite tasks = PullPendingTasksResponse.getDefaultInstance();
        List<Question> questions = List.of(
                new Question(GrpcRuntimeDialect.GENERATION, "Runtime", "PullPendingTasks", pending, tasks),
                new Question(GrpcTaskDialect.GENERATION, "ServerAppIo", "PullPendingTasks", pending, tasks),
                new Question(
                        GrpcClassicDialect.GENERATION,
                        "ServerAppIo",
                        "ListAppsToLaunch",
                        ListAppsToLaunchRequest.getDefaultInstance(),
                        ListAppsToLaunchResponse.getDefaultInstance()));
        List<TransportException> refusals = new ArrayList<>();
        for (Question question : questions) {
            try {
                channel.call(question.call(auth));
                return new ProbeResult.Found(question.generation());
            } catch (TransportException e) {
                refusals.add(e);
            }
        }
        return executorRefusal(refusals);
    }

    /** Asks whether a fleet address speaks gRPC: it refuses an unsigned call, in words of its own since other APIs refuse it too. */
    public static ProbeResult fleet(RpcChannel channel) {
        try {
            pullMessages(channel, RpcHeaders.none());
            return new ProbeResult.Unusable(
                    Status.PROTOCOL, "it answers unsigned calls, so it is not the Fleet API of a SuperLink");
        } catch (TransportException e) {
            if (e.status() == Status.UNAUTHENTICATED && e.getMessage().contains(UNSIGNED)) {
                return new ProbeResult.Found("grpc");
            }
            return switch (e.status()) {
                case UNAVAILABLE, DEADLINE_EXCEEDED, TLS -> new ProbeResult.OtherTransport(e);
                default ->
                    new ProbeResult.Unusable(
                            Status.UNIMPLEMENTED,
                            "it speaks gRPC but has no Fleet API (" + e.status()
                                    + "); the Fleet API of releases up to 1.39 has a port of its own, 9092 by default");
            };
        }
    }

    /**
     * Asks whether a fleet address takes the time in a signature; whose it is does not matter.
     *
     * @param signature the headers of a node that need not be known
     */
    public static boolean fleetTakesTime(RpcChannel channel, RpcHeaders signature) {
        try {
            pullMessages(channel, signature);
            return true;
        } catch (TransportException e) {
            return e.status() == Status.UNAUTHENTICATED && !isAboutTime(e);
        }
    }

    /** Returns whether a node's call was refused because of the time in its signature. */
    public static boolean isAboutTime(TransportException refusal) {
        return refusal.getMessage().contains(INVALID_TIMESTAMP);
    }

    private static void pullMessages(RpcChannel channel, RpcHeaders signature) {
        channel.call(new RpcCall<>(
                "Fleet",
                "PullMessages",
                PullMessagesRequest.getDefaultInstance(),
                PullMessagesResponse.getDefaultInstance(),
                signature,
                DEADLINE));
    }

    private static ProbeResult executorRefusal(List<TransportException> refusals) {
        if (refusals.stream().allMatch(e -> e.status() == Status.UNAUTHENTICATED)) {
            return new ProbeResult.Unusable(
                    Status.UNAUTHENTICATED, "it wants a SuperExec secret, or the one given is wrong");
        }
        if (refusals.stream().allMatch(GrpcProbes::isNoAnswer)) {
            return new ProbeResult.OtherTransport(refusals.get(0));
        }
        Optional<TransportException> lost =
                refusals.stream().filter(GrpcProbes::isNoAnswer).findFirst();
        if (lost.isPresent()) {
            Status status = lost.get().isConnectionTrouble() ? lost.get().status() : Status.UNAVAILABLE;
            return new ProbeResult.Unusable(status, ProbeResult.lostMeanwhile(status), lost);
        }
        return new ProbeResult.Unusable(
                Status.UNIMPLEMENTED,
                "it speaks gRPC but has no executor API ("
                        + refusals.stream().map(e -> e.status().name()).toList()
                        + "); that API has a port of its own, 9091 by default");
    }

    private static boolean isNoAnswer(TransportException failure) {
        return failure.isConnectionTrouble() || failure.status() == Status.TLS;
    }

    private record Question(
            String generation, String service, String method, MessageLite request, MessageLite response) {

        RpcCall<MessageLite> call(LauncherAuth auth) {
            RpcHeaders headers = auth.headers("/flwr.proto." + service + "/" + method, request);
            return new RpcCall<>(service, method, request, response, headers, DEADLINE);
        }
    }
}
