package io.safefedllm.flower.link.http;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.ProbeResult;
import io.safefedllm.flower.link.wire.RpcCall;
import io.safefedllm.flower.link.wire.RpcChannel;
import io.safefedllm.flower.link.wire.RpcHeaders;
import io.safefedllm.flower.proto.AcquireTaskRequest;
import io.safefedllm.flower.proto.AcquireTaskResponse;
import io.safefedllm.flower.proto.PullMessagesRequest;
import io.safefedllm.flower.proto.PullMessagesResponse;
import io.safefedllm.flower.proto.PullPendingTasksRequest;
import io.safefedllm.flower.proto.PullPendingTasksResponse;
import java.time.Duration;

/**
 * Asks an HTTP server which generation it is; no question has an effect (PROTOCOL 13): an acquisition that lists no task type acquires
 * nothing.
 */
public final class HttpProbes {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private HttpProbes() {}

    /** Asks for the generation of an executor address. */
    public static ProbeResult executor(RpcChannel channel, LauncherAuth auth) {
        ProbeResult acquire = ask(
                channel,
                auth,
                new Question(
                        HttpAcquireDialect.GENERATION,
                        "AcquireTask",
                        AcquireTaskRequest.getDefaultInstance(),
                        AcquireTaskResponse.getDefaultInstance()));
        if (!(acquire instanceof ProbeResult.Unusable missing)
                || !missing.reason().equals(Question.NO_ROUTE)) {
            return acquire;
        }
        return ask(
                channel,
                auth,
                new Question(
                        HttpClaimDialect.GENERATION,
                        "PullPendingTasks",
                        PullPendingTasksRequest.getDefaultInstance(),
                        PullPendingTasksResponse.getDefaultInstance()));
    }

    /** Asks whether a fleet address speaks HTTP: it refuses an unsigned call. */
    public static ProbeResult fleet(RpcChannel channel) {
        try {
            channel.call(new RpcCall<>(
                    "Fleet",
                    "PullMessages",
                    PullMessagesRequest.getDefaultInstance(),
                    PullMessagesResponse.getDefaultInstance(),
                    RpcHeaders.none(),
                    DEADLINE));
            return new ProbeResult.Unusable(
                    Status.PROTOCOL, "it answers unsigned calls, so it is not the Fleet API of a SuperLink");
        } catch (TransportException e) {
            return switch (e.status()) {
                case UNAUTHENTICATED -> new ProbeResult.Found("http");
                case UNAVAILABLE, DEADLINE_EXCEEDED, TLS -> otherTransport(e);
                default ->
                    new ProbeResult.Unusable(
                            Status.UNIMPLEMENTED,
                            "it is an HTTP server without a Fleet API; the Fleet API of releases"
                                    + " 1.35-1.39 is on a gRPC port of its own, 9092 by default");
            };
        }
    }

    private static ProbeResult ask(RpcChannel channel, LauncherAuth auth, Question question) {
        try {
            channel.call(question.call(auth));
            return new ProbeResult.Found(question.generation());
        } catch (TransportException e) {
            return switch (e.status()) {
                case UNAUTHENTICATED ->
                    new ProbeResult.Unusable(
                            Status.UNAUTHENTICATED, "it wants a SuperExec secret, or the one given is wrong");
                case UNAVAILABLE, DEADLINE_EXCEEDED, TLS -> otherTransport(e);
                default -> new ProbeResult.Unusable(Status.UNIMPLEMENTED, Question.NO_ROUTE);
            };
        }
    }

    /** The statuses 502 to 504 are answers; every other failure of these kinds has one of the connection behind it. */
    private static ProbeResult otherTransport(TransportException e) {
        return new ProbeResult.OtherTransport(e, e.status() == Status.UNAVAILABLE && e.getCause() == null);
    }

    private record Question(String generation, String method, MessageLite request, MessageLite response) {

        static final String NO_ROUTE = "it is an HTTP server without a usable executor API; check the"
                + " port, 8000 by default from Flower 1.35 on and 9091 before";

        RpcCall<MessageLite> call(LauncherAuth auth) {
            RpcHeaders headers = auth.headers("/flwr.proto.Runtime/" + method, request);
            return new RpcCall<>("Runtime", method, request, response, headers, DEADLINE);
        }
    }
}
