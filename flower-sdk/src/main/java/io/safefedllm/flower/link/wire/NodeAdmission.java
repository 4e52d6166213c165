package io.safefedllm.flower.link.wire;

import com.google.protobuf.ByteString;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.proto.ActivateNodeRequest;
import io.safefedllm.flower.proto.ActivateNodeResponse;
import io.safefedllm.flower.proto.DeactivateNodeRequest;
import io.safefedllm.flower.proto.DeactivateNodeResponse;
import io.safefedllm.flower.proto.RegisterNodeFleetRequest;
import io.safefedllm.flower.proto.RegisterNodeFleetResponse;
import io.safefedllm.flower.proto.UnregisterNodeFleetRequest;
import io.safefedllm.flower.proto.UnregisterNodeFleetResponse;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node comes and goes (PROTOCOL 11): a key of its own it registers and unregisters itself, one that an operator registers it only
 * takes online and offline.
 */
final class NodeAdmission {

    private static final Logger LOG = LoggerFactory.getLogger(NodeAdmission.class);

    static final double HEARTBEAT_INTERVAL_SECONDS = 30;

    /** No SuperLink accepts it, but it looks at the key first. */
    private static final double IMPOSSIBLE_INTERVAL_SECONDS = 0;

    /** A node that ended without a word counts as online for two intervals of heartbeats. */
    private static final Duration STILL_ONLINE = Duration.ofSeconds(70);

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

    private final FleetCalls calls;
    private final NodeIdentity identity;
    private final String address;
    private final Pauses pauses;

    NodeAdmission(FleetCalls calls, NodeIdentity identity, String address, Pauses pauses) {
        this.calls = calls;
        this.identity = identity;
        this.address = address;
        this.pauses = pauses;
    }

    /** Brings the node online and returns its id. */
    long join() {
        if (!identity.registered()) {
            register();
            return activate(HEARTBEAT_INTERVAL_SECONDS);
        }
        long start = pauses.nanoTime();
        OptionalLong nodeId = tryActivate();
        if (nodeId.isEmpty()) {
            requireKnownKey();
            LOG.warn(
                    "This node was not signed off when it ended last time; waiting until the SuperLink at {} notices,"
                            + " which takes up to a minute",
                    address);
        }
        while (nodeId.isEmpty()) {
            if (pauses.nanoTime() - start > STILL_ONLINE.toNanos()) {
                throw refused(
                        "another node with this key is online at " + address
                                + "; end it, or give this node a key of its own",
                        null);
            }
            pause();
            nodeId = tryActivate();
        }
        return nodeId.getAsLong();
    }

    /** Takes the node offline and, if it registered itself, out of the federation. */
    void leave(long nodeId) {
        EndingCalls.make(() -> calls.call(
                CallKind.REPEATABLE,
                "DeactivateNode",
                DeactivateNodeRequest.newBuilder().setNodeId(nodeId).build(),
                DeactivateNodeResponse.getDefaultInstance()));
        if (!identity.registered()) {
            EndingCalls.make(() -> calls.call(
                    CallKind.REPEATABLE,
                    "UnregisterNode",
                    UnregisterNodeFleetRequest.newBuilder().setNodeId(nodeId).build(),
                    UnregisterNodeFleetResponse.getDefaultInstance()));
        }
    }

    // A gRPC port of another API refuses like a Fleet API does, so only the first signed call shows the difference.
    private void register() {
        RegisterNodeFleetRequest request =
                RegisterNodeFleetRequest.newBuilder().setPublicKey(pem()).build();
        try {
            calls.call(CallKind.ONCE, "RegisterNode", request, RegisterNodeFleetResponse.getDefaultInstance());
        } catch (TransportException e) {
            throw switch (e.status()) {
                case FAILED_PRECONDITION ->
                    refused(
                            "the SuperLink at " + address + " takes only nodes whose key is registered; make one with"
                                    + " `safe-fedllm node keygen`, have it registered with `flwr"
                                    + " supernode register`, and give it with"
                                    + " --auth-supernode-private-key",
                            e);
                case UNAUTHENTICATED, UNIMPLEMENTED ->
                    new TransportException(
                            e.status(),
                            "the server at " + address
                                    + " does not register this node; check that this is the Fleet API"
                                    + " (port 9092 up to Flower 1.39) and that the clock is right: " + e.getMessage(),
                            true,
                            e);
                default -> e;
            };
        }
    }

    private OptionalLong tryActivate() {
        try {
            return OptionalLong.of(activate(HEARTBEAT_INTERVAL_SECONDS));
        } catch (TransportException e) {
            if (e.status() == Status.FAILED_PRECONDITION) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    // The refusal is the same for an unknown key and for one that is online, but an impossible interval is objected to
    // for known keys only.
    private void requireKnownKey() {
        try {
            activate(IMPOSSIBLE_INTERVAL_SECONDS);
        } catch (TransportException e) {
            if (e.status() == Status.FAILED_PRECONDITION) {
                throw refused(
                        "the SuperLink at " + address
                                + " does not know the key of this node; have its public key registered"
                                + " with `flwr supernode register FILE.pub`",
                        e);
            }
            if (e.status() != Status.INVALID_ARGUMENT) {
                throw e;
            }
        }
    }

    private long activate(double interval) {
        ActivateNodeRequest request = ActivateNodeRequest.newBuilder()
                .setPublicKey(pem())
                .setHeartbeatInterval(interval)
                .build();
        return calls.call(CallKind.ONCE, "ActivateNode", request, ActivateNodeResponse.getDefaultInstance())
                .getNodeId();
    }

    private ByteString pem() {
        return ByteString.copyFrom(identity.key().publicPem());
    }

    private static TransportException refused(String text, @Nullable TransportException cause) {
        return new TransportException(Status.UNAUTHENTICATED, text, true, cause);
    }

    private void pause() {
        try {
            pauses.pause(BETWEEN_TRIES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(Status.CANCELLED, "interrupted while joining", true, e);
        }
    }
}
