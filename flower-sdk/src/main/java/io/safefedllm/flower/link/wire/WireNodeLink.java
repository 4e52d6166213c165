package io.safefedllm.flower.link.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.MessageRules;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.object.ObjectBundle;
import io.safefedllm.flower.object.WireMessages;
import io.safefedllm.flower.proto.ActivateNodeRequest;
import io.safefedllm.flower.proto.ActivateNodeResponse;
import io.safefedllm.flower.proto.DeactivateNodeRequest;
import io.safefedllm.flower.proto.DeactivateNodeResponse;
import io.safefedllm.flower.proto.GetFabRequest;
import io.safefedllm.flower.proto.GetFabResponse;
import io.safefedllm.flower.proto.GetRunRequest;
import io.safefedllm.flower.proto.GetRunResponse;
import io.safefedllm.flower.proto.Node;
import io.safefedllm.flower.proto.PullMessagesRequest;
import io.safefedllm.flower.proto.PullMessagesResponse;
import io.safefedllm.flower.proto.PushMessagesRequest;
import io.safefedllm.flower.proto.PushMessagesResponse;
import io.safefedllm.flower.proto.RegisterNodeFleetRequest;
import io.safefedllm.flower.proto.RegisterNodeFleetResponse;
import io.safefedllm.flower.proto.Run;
import io.safefedllm.flower.proto.SendNodeHeartbeatRequest;
import io.safefedllm.flower.proto.SendNodeHeartbeatResponse;
import io.safefedllm.flower.proto.UnregisterNodeFleetRequest;
import io.safefedllm.flower.proto.UnregisterNodeFleetResponse;
import io.safefedllm.flower.record.FormatException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A node's place at a SuperLink: the same calls over gRPC and HTTP, each signed. Owns the caller and with it the channel.
 *
 * <p>The node's key is made for it, so it registers itself when it joins and unregisters when it leaves.
 */
public final class WireNodeLink implements NodeLink {

    private static final String SERVICE = "Fleet";
    private static final double HEARTBEAT_INTERVAL_SECONDS = 30;

    private final RpcCaller rpc;
    private final NodeKey key;
    private final String address;
    private final WireSettings settings;
    private final ObjectTransfer transfer = new ObjectTransfer();
    private final WireObjects objects;
    private final Inbox inbox;
    private volatile long nodeId;

    public WireNodeLink(RpcCaller rpc, NodeKey key, String address, WireSettings settings) {
        this.rpc = rpc;
        this.key = key;
        this.address = address;
        this.settings = settings;
        this.objects = new WireObjects(rpc, SERVICE, () -> nodeId, this::signature);
        this.inbox = new Inbox(objects, transfer, settings);
    }

    @Override
    public String generation() {
        return rpc.channel().transport();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public long join() {
        ByteString pem = ByteString.copyFrom(key.publicPem());
        nodeId = register(pem);
        ActivateNodeRequest activate = ActivateNodeRequest.newBuilder()
                .setPublicKey(pem)
                .setHeartbeatInterval(HEARTBEAT_INTERVAL_SECONDS)
                .build();
        nodeId = call(CallKind.ONCE, "ActivateNode", activate, ActivateNodeResponse.getDefaultInstance())
                .getNodeId();
        return nodeId;
    }

    // A gRPC port of another API refuses like a Fleet API does, so only the first signed call shows the difference.
    private long register(ByteString pem) {
        RegisterNodeFleetRequest request =
                RegisterNodeFleetRequest.newBuilder().setPublicKey(pem).build();
        try {
            return call(CallKind.ONCE, "RegisterNode", request, RegisterNodeFleetResponse.getDefaultInstance())
                    .getNodeId();
        } catch (TransportException e) {
            boolean refused = e.status() == Status.UNAUTHENTICATED || e.status() == Status.UNIMPLEMENTED;
            if (!refused) {
                throw e;
            }
            String text =
                    "the server at " + address + " does not register this node; check that the clock is right and that"
                            + " this is the Fleet API (port 9092 up to flwr 1.39): " + e.getMessage();
            throw new TransportException(e.status(), text, true, e);
        }
    }

    @Override
    public boolean heartbeat() {
        SendNodeHeartbeatRequest request = SendNodeHeartbeatRequest.newBuilder()
                .setNode(node())
                .setHeartbeatInterval(HEARTBEAT_INTERVAL_SECONDS)
                .build();
        return call(CallKind.HEARTBEAT, "SendNodeHeartbeat", request, SendNodeHeartbeatResponse.getDefaultInstance())
                .getSuccess();
    }

    @Override
    public Optional<Message> receive() {
        if (inbox.isEmpty()) {
            PullMessagesRequest request =
                    PullMessagesRequest.newBuilder().setNode(node()).build();
            PullMessagesResponse answer =
                    call(CallKind.ONCE, "PullMessages", request, PullMessagesResponse.getDefaultInstance());
            inbox.announce(answer.getMessagesListList(), answer.getMessageObjectTreesList());
        }
        return inbox.collect(1).stream().findFirst();
    }

    @Override
    public RunDetails run(long runId) {
        GetRunRequest get =
                GetRunRequest.newBuilder().setNode(node()).setRunId(runId).build();
        Run run = call(CallKind.REPEATABLE, "GetRun", get, GetRunResponse.getDefaultInstance())
                .getRun();
        GetFabRequest getFab = GetFabRequest.newBuilder()
                .setNode(node())
                .setRunId(runId)
                .setHashStr(run.getFabHash())
                .build();
        GetFabResponse fab = call(CallKind.REPEATABLE, "GetFab", getFab, GetFabResponse.getDefaultInstance());
        try {
            return RunDecoder.details(run, fab.getFab());
        } catch (FormatException e) {
            String text = "the app of run " + Long.toUnsignedString(runId) + " is not usable: " + e.getMessage();
            throw new TransportException(Status.PROTOCOL, text, true, e);
        }
    }

    @Override
    public boolean reply(Message reply, Duration runtime) {
        MessageRules.checkReply(reply, settings.now());
        ObjectBundle bundle = ObjectBundle.of(reply);
        String id = bundle.messages().get(0).metadata().messageId();
        PushMessagesRequest request = PushMessagesRequest.newBuilder()
                .setNode(node())
                .addMessagesList(WireMessages.envelope(bundle.messages().get(0)))
                .addMessageObjectTrees(WireMessages.toProto(bundle.trees().get(0)))
                .addClientappRuntimeList(runtime.toNanos() / 1e9)
                .build();
        PushMessagesResponse answer =
                call(CallKind.REPEATABLE, "PushMessages", request, PushMessagesResponse.getDefaultInstance());
        List<String> wanted = answer.getObjectsToPushList();
        if (!answer.containsResults(id) || !wanted.contains(id)) {
            return false;
        }
        transfer.push(objects, reply.metadata().runId(), bundle, wanted, answer.getSessionId());
        return true;
    }

    @Override
    public void leave() {
        DeactivateNodeRequest deactivate =
                DeactivateNodeRequest.newBuilder().setNodeId(nodeId).build();
        call(CallKind.REPEATABLE, "DeactivateNode", deactivate, DeactivateNodeResponse.getDefaultInstance());
        UnregisterNodeFleetRequest unregister =
                UnregisterNodeFleetRequest.newBuilder().setNodeId(nodeId).build();
        call(CallKind.REPEATABLE, "UnregisterNode", unregister, UnregisterNodeFleetResponse.getDefaultInstance());
    }

    @Override
    public void close() {
        transfer.close();
        rpc.close();
    }

    @Override
    public String toString() {
        return "fleet over " + generation() + " at " + address;
    }

    private <R extends MessageLite> R call(CallKind kind, String method, MessageLite request, R response) {
        return rpc.call(kind, SERVICE, method, request, response, signature());
    }

    private RpcHeaders signature() {
        return key.headers(settings.clock().instant());
    }

    private Node node() {
        return Node.newBuilder().setNodeId(nodeId).build();
    }
}
