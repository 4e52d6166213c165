package io.safefedllm.flower.link.fake;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.safefedllm.flower.proto.ActivateNodeRequest;
import io.safefedllm.flower.proto.ActivateNodeResponse;
import io.safefedllm.flower.proto.ConfirmMessageReceivedRequest;
import io.safefedllm.flower.proto.DeactivateNodeRequest;
import io.safefedllm.flower.proto.DeactivateNodeResponse;
import io.safefedllm.flower.proto.GetFabRequest;
import io.safefedllm.flower.proto.GetFabResponse;
import io.safefedllm.flower.proto.GetRunRequest;
import io.safefedllm.flower.proto.GetRunResponse;
import io.safefedllm.flower.proto.PullMessagesRequest;
import io.safefedllm.flower.proto.PullMessagesResponse;
import io.safefedllm.flower.proto.PullObjectRequest;
import io.safefedllm.flower.proto.PushMessagesRequest;
import io.safefedllm.flower.proto.PushMessagesResponse;
import io.safefedllm.flower.proto.RegisterNodeFleetRequest;
import io.safefedllm.flower.proto.RegisterNodeFleetResponse;
import io.safefedllm.flower.proto.SendNodeHeartbeatResponse;
import io.safefedllm.flower.proto.UnregisterNodeFleetRequest;
import io.safefedllm.flower.proto.UnregisterNodeFleetResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;

/** The Fleet API of a {@link FakeSuperLink}; called under its lock. */
final class FakeFleetApi {

    private static final int PEM_BYTES_OF_P384 = 215;

    private final FakeSuperLink state;

    FakeFleetApi(FakeSuperLink state) {
        this.state = state;
    }

    MessageLite call(String method, byte[] request, Caller caller) throws InvalidProtocolBufferException {
        ByteString key = verifiedKey(caller);
        return switch (method) {
            case "RegisterNode" -> register(request, key);
            case "ActivateNode" -> activate(request);
            default -> asNode(method, request, nodeOf(key));
        };
    }

    private MessageLite asNode(String method, byte[] request, long nodeId) throws InvalidProtocolBufferException {
        return switch (method) {
            case "SendNodeHeartbeat" ->
                SendNodeHeartbeatResponse.newBuilder().setSuccess(true).build();
            case "PullMessages" -> pull(request, nodeId);
            case "PushMessages" -> push(request);
            case "GetRun" ->
                GetRunResponse.newBuilder()
                        .setRun(running(GetRunRequest.parseFrom(request).getRunId()).run)
                        .build();
            case "GetFab" ->
                GetFabResponse.newBuilder()
                        .setFab(running(GetFabRequest.parseFrom(request).getRunId()).fab)
                        .build();
            case "PushObject" -> state.pushObject(request);
            case "PullObject" -> {
                running(PullObjectRequest.parseFrom(request).getRunId());
                yield state.pullObject(request);
            }
            case "ConfirmMessageReceived" -> {
                running(ConfirmMessageReceivedRequest.parseFrom(request).getRunId());
                yield state.confirm();
            }
            case "DeactivateNode" -> {
                long id = DeactivateNodeRequest.parseFrom(request).getNodeId();
                if (!Boolean.TRUE.equals(state.online.put(id, false))) {
                    throw Refusal.precondition("not online");
                }
                yield DeactivateNodeResponse.getDefaultInstance();
            }
            case "UnregisterNode" -> {
                state.nodes.remove(UnregisterNodeFleetRequest.parseFrom(request).getNodeId());
                yield UnregisterNodeFleetResponse.getDefaultInstance();
            }
            default -> throw Refusal.unknownMethod();
        };
    }

    private MessageLite register(byte[] request, ByteString key) throws InvalidProtocolBufferException {
        if (!RegisterNodeFleetRequest.parseFrom(request).getPublicKey().equals(key)) {
            throw Refusal.unauthenticated();
        }
        long id = state.newNodeId();
        state.nodes.put(id, key);
        return RegisterNodeFleetResponse.newBuilder().setNodeId(id).build();
    }

    private MessageLite activate(byte[] request) throws InvalidProtocolBufferException {
        long id = nodeOf(ActivateNodeRequest.parseFrom(request).getPublicKey());
        if (Boolean.TRUE.equals(state.online.put(id, true))) {
            throw Refusal.precondition("already online");
        }
        return ActivateNodeResponse.newBuilder().setNodeId(id).build();
    }

    private MessageLite pull(byte[] request, long nodeId) throws InvalidProtocolBufferException {
        if (PullMessagesRequest.parseFrom(request).getNode().getNodeId() != nodeId) {
            throw Refusal.unauthenticated();
        }
        PullMessagesResponse.Builder answer = PullMessagesResponse.newBuilder();
        state.mail.next(nodeId).ifPresent(mail -> answer.addMessagesList(mail.message())
                .addMessageObjectTrees(mail.tree()));
        return answer.build();
    }

    private MessageLite push(byte[] request) throws InvalidProtocolBufferException {
        PushMessagesRequest push = PushMessagesRequest.parseFrom(request);
        Mailbox.Mail mail = new Mailbox.Mail(push.getMessagesList(0), push.getMessageObjectTrees(0));
        running(mail.message().getMetadata().getRunId());
        String session = state.newSession();
        boolean first = !state.mail.isRepeated(mail);
        boolean accepted = state.mail.reply(mail);
        // A refusal is hardly to be seen: until 1.32 the result has no name, as that of a repeated reply; later nothing
        // is to be pushed.
        String named = (accepted && first) || state.generation.hasSessions() ? mail.id() : "None";
        PushMessagesResponse.Builder answer =
                PushMessagesResponse.newBuilder().putResults(named, 0).setSessionId(session);
        if (accepted || !state.generation.hasSessions()) {
            answer.addAllObjectsToPush(state.objects.announce(mail.tree(), session));
        }
        return answer.build();
    }

    private FakeRun running(long runId) {
        FakeRun run = state.run(runId);
        if (!run.isRunning()) {
            throw Refusal.denied("Run is finished.");
        }
        return run;
    }

    private long nodeOf(ByteString key) {
        return state.nodes.entrySet().stream()
                .filter(node -> node.getValue().equals(key))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(Refusal::unauthenticated);
    }

    private ByteString verifiedKey(Caller caller) {
        byte[] pem =
                caller.binary("flwr-public-key").orElseThrow(Refusal::unsigned).value();
        byte[] signature =
                caller.binary("flwr-signature").orElseThrow(Refusal::unsigned).value();
        String timestamp = caller.text("flwr-timestamp").orElseThrow(Refusal::unsigned);
        if (state.refusesTime(timestamp)) {
            throw Refusal.outOfTime();
        }
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(publicKey(pem));
            verifier.update(timestamp.getBytes(StandardCharsets.US_ASCII));
            if (pem.length != PEM_BYTES_OF_P384 || !verifier.verify(signature)) {
                throw Refusal.unauthenticated();
            }
            return ByteString.copyFrom(pem);
        } catch (GeneralSecurityException e) {
            throw Refusal.unauthenticated();
        }
    }

    private static PublicKey publicKey(byte[] pem) throws GeneralSecurityException {
        String body = new String(pem, StandardCharsets.US_ASCII)
                .replaceAll("-----[A-Z ]+-----", "")
                .replace("\n", "");
        return KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
    }
}
