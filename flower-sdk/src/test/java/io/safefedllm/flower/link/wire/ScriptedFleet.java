package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.proto.ActivateNodeRequest;
import io.safefedllm.flower.proto.ActivateNodeResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Fleet API that admits a node as a SuperLink does: by what it knows of one key. */
final class ScriptedFleet implements RpcChannel {

    static final long NODE_ID = -7;

    final List<String> calls = new ArrayList<>();
    final List<String> timestamps = new ArrayList<>();
    final Map<String, Status> refusals = new HashMap<>();
    boolean known = true;
    int activationsUntilOffline;

    @Override
    public <R extends MessageLite> R call(RpcCall<R> call) {
        calls.add(call.method());
        timestamps.add(((RpcHeaders.Text) call.headers().entries().get(1)).value());
        Status refusal = refusals.get(call.method());
        if (refusal != null) {
            throw refused(refusal);
        }
        if (call.request() instanceof ActivateNodeRequest activate) {
            return answer(call, activate(activate.getHeartbeatInterval()));
        }
        return call.response();
    }

    private ActivateNodeResponse activate(double interval) {
        if (!known) {
            throw refused(Status.FAILED_PRECONDITION);
        }
        if (interval < 10) {
            throw refused(Status.INVALID_ARGUMENT);
        }
        if (activationsUntilOffline-- > 0) {
            throw refused(Status.FAILED_PRECONDITION);
        }
        return ActivateNodeResponse.newBuilder().setNodeId(NODE_ID).build();
    }

    private static <R extends MessageLite> R answer(RpcCall<R> call, MessageLite message) {
        @SuppressWarnings("unchecked") // A method answers with the type that its callers ask for.
        R response = (R) call.response().getDefaultInstanceForType().getClass().cast(message);
        return response;
    }

    private static TransportException refused(Status status) {
        return new TransportException(status, "refused", true, null);
    }

    @Override
    public String transport() {
        return "scripted";
    }

    @Override
    public void close() {}
}
