package io.safefedllm.flower.link.fake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The generations that a {@link FakeSuperLink} may be of, by what tells them apart on the wire. */
public enum FakeGeneration {
    /** 1.26 to 1.28: the token travels in a few requests only, and whatever a run that is over wants is denied. */
    GRPC_OLDEST("grpc-classic", "ServerAppIo"),
    /** 1.29. */
    GRPC_CLASSIC("grpc-classic", "ServerAppIo"),
    /** 1.30 to 1.32: uploads have no sessions. */
    GRPC_TASK("grpc-task", "ServerAppIo"),
    /** 1.34. */
    GRPC_RUNTIME("grpc-runtime", "Runtime"),
    /** 1.35 to 1.38: nodes are on a gRPC port of their own. */
    HTTP_CLAIM("http-claim", "Runtime"),
    /** 1.39: tasks are claimed in the old way and the new one. */
    HTTP_BOTH("http-acquire", "Runtime"),
    /** 1.40 and newer: everything on one port. */
    HTTP_ACQUIRE("http-acquire", "Runtime");

    private static final List<String> METHODS = List.of(
            "GetNodes",
            "PushMessages",
            "PullMessages",
            "PushObject",
            "PullObject",
            "ConfirmMessageReceived",
            "PushLogs");

    private final String dialect;
    private final String service;

    FakeGeneration(String dialect, String service) {
        this.dialect = dialect;
        this.service = service;
    }

    /** Returns the name that links call it by. */
    public String dialect() {
        return dialect;
    }

    /** Returns the transport that nodes use, {@code grpc} or {@code http}. */
    public String fleetTransport() {
        return this == HTTP_ACQUIRE ? "http" : "grpc";
    }

    boolean isHttp() {
        return this == HTTP_CLAIM || this == HTTP_BOTH || this == HTTP_ACQUIRE;
    }

    boolean isClassic() {
        return this == GRPC_OLDEST || this == GRPC_CLASSIC;
    }

    boolean hasSessions() {
        return this == GRPC_RUNTIME || isHttp();
    }

    /** Returns the header that a token must be in, or nothing if the run's id is enough. */
    Optional<String> tokenHeader() {
        return switch (this) {
            case GRPC_OLDEST -> Optional.empty();
            case GRPC_CLASSIC -> Optional.of("flwr-app-token");
            default -> Optional.of("flwr-task-token");
        };
    }

    boolean knows(String calledService, String method) {
        return calledService.equals(service)
                && (METHODS.contains(method) || ownMethods().contains(method));
    }

    Refusal unknownMethod() {
        return isHttp() || this == GRPC_OLDEST ? Refusal.unknownMethod() : Refusal.unauthenticated();
    }

    Refusal notRunning() {
        return this == GRPC_OLDEST ? Refusal.denied("Run is finished.") : Refusal.unauthenticated();
    }

    private List<String> ownMethods() {
        return switch (this) {
            case GRPC_OLDEST, GRPC_CLASSIC ->
                List.of(
                        "ListAppsToLaunch",
                        "GetRun",
                        "RequestToken",
                        "PullAppInputs",
                        "PushAppOutputs",
                        "SendAppHeartbeat",
                        "UpdateRunStatus");
            case GRPC_TASK, GRPC_RUNTIME -> task("PullPendingTasks", "ClaimTask", "GetRun");
            case HTTP_CLAIM -> task("PullPendingTasks", "ClaimTask");
            case HTTP_BOTH -> task("PullPendingTasks", "ClaimTask", "AcquireTask");
            case HTTP_ACQUIRE -> task("AcquireTask");
        };
    }

    private static List<String> task(String... launcherMethods) {
        List<String> methods = new ArrayList<>(List.of("SendTaskHeartbeat", "PullTaskInput", "PushTaskOutput"));
        methods.addAll(Arrays.asList(launcherMethods));
        return methods;
    }
}
