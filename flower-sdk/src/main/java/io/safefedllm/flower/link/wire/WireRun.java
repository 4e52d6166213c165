package io.safefedllm.flower.link.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.MessageRules;
import io.safefedllm.flower.link.ObjectLink;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.RunStoppedException.Reason;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.object.ObjectBundle;
import io.safefedllm.flower.object.WireMessages;
import io.safefedllm.flower.proto.Context;
import io.safefedllm.flower.proto.PullAppMessagesResponse;
import io.safefedllm.flower.proto.PushAppMessagesResponse;
import io.safefedllm.flower.record.FormatException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One claimed run over any generation of the wire. */
final class WireRun implements ClaimedRun {

    private static final Logger LOG = LoggerFactory.getLogger(WireRun.class);

    /** A token lives for thirty seconds after a call at the least: refused sooner, it was revoked. */
    private static final Duration SHORTEST_TOKEN_LIFE = Duration.ofSeconds(30);

    /** After a call that got through a token lives no longer. */
    private static final Duration LONGEST_TOKEN_LIFE = Duration.ofSeconds(60);

    /** Up to 1.28 the refusal of a call says it. */
    private static final String STOPPED_IN_WORDS = "Stopped by user";

    /** A hundred replies at once would not fit into memory; the rest comes with the next poll. */
    private static final int REPLIES_PER_POLL = 8;

    private final RunClaim claim;
    private final ExecutorDialect dialect;
    private final ObjectTransfer transfer;
    private final ObjectLink objects;
    private final WireSettings settings;
    private final Inbox inbox;
    private volatile long lastSuccessNanos;

    /** Whether the platform has said that the claim no longer holds. */
    private volatile boolean refused;

    WireRun(RunClaim claim, ExecutorDialect dialect, RpcCaller rpc, ObjectTransfer transfer, WireSettings settings) {
        this.claim = claim;
        this.dialect = dialect;
        this.transfer = transfer;
        this.settings = settings;
        this.objects =
                new WireObjects(rpc, dialect.service(), () -> Message.SUPERLINK_NODE_ID, () -> dialect.headers(claim));
        this.inbox = Inbox.ofRun(claim.runId(), objects, transfer, settings);
        this.lastSuccessNanos = settings.pauses().nanoTime();
    }

    @Override
    public RunClaim claim() {
        return claim;
    }

    @Override
    public boolean heartbeat() {
        try {
            boolean alive = dialect.heartbeat(claim);
            if (alive) {
                lastSuccessNanos = settings.pauses().nanoTime();
            } else {
                refused = true;
            }
            return alive;
        } catch (TransportException e) {
            if (isRefusal(e)) {
                refused = true;
                return false;
            }
            throw e;
        }
    }

    @Override
    public RunStoppedException gone() {
        return gone(null);
    }

    @Override
    public RunInputs inputs() {
        return calling(() -> {
            ExecutorDialect.Inputs inputs = dialect.inputs(claim);
            try {
                return RunDecoder.inputs(inputs);
            } catch (FormatException e) {
                throw new TransportException(
                        Status.PROTOCOL, "the inputs of " + claim + " are not usable: " + e.getMessage(), true, e);
            }
        });
    }

    @Override
    public List<Long> nodeIds() {
        return calling(() ->
                dialect.nodeIds(claim).stream().sorted(Long::compareUnsigned).toList());
    }

    @Override
    public List<String> send(List<Message> messages) {
        if (messages.isEmpty()) {
            return List.of();
        }
        double now = settings.now();
        messages.forEach(message -> MessageRules.checkInstruction(claim.runId(), message, now));
        ObjectBundle bundle = ObjectBundle.of(messages);
        return calling(() -> {
            PushAppMessagesResponse answer = dialect.push(
                    claim,
                    bundle.messages().stream().map(WireMessages::envelope).toList(),
                    bundle.trees().stream().map(WireMessages::toProto).toList());
            transfer.push(objects, claim.runId(), bundle, answer.getObjectsToPushList(), answer.getSessionId());
            return List.copyOf(answer.getMessageIdsList());
        });
    }

    @Override
    public List<Message> poll(Collection<String> messageIds) {
        Set<String> open = new LinkedHashSet<>(messageIds);
        open.remove("");
        open.removeAll(inbox.answered());
        if (!open.isEmpty()) {
            announceReplies(open);
        }
        return unlessRefused(() -> inbox.collect(REPLIES_PER_POLL));
    }

    /**
     * An answer that is lost takes the replies in it with it, for which the platform has errors from then on; it does not take the run, as
     * long as heartbeats get through.
     */
    private void announceReplies(Set<String> open) {
        try {
            PullAppMessagesResponse answer = calling(() -> dialect.pull(claim, open));
            inbox.announce(answer.getMessagesListList(), answer.getMessageObjectTreesList());
        } catch (TransportException e) {
            if (!e.isConnectionTrouble() || silence().compareTo(LONGEST_TOKEN_LIFE) >= 0) {
                throw e;
            }
            LOG.warn("An answer to {} was lost, with the replies that were in it: {}", claim, e.getMessage());
        }
    }

    @Override
    public void log(String text) {
        calling(() -> {
            dialect.log(claim, text);
            return true;
        });
    }

    @Override
    public void finish(RunStatus status, String reason, @Nullable RunInputs inputs) {
        calling(() -> {
            dialect.finish(claim, status, reason, Optional.ofNullable(inputs).map(WireRun::context));
            return true;
        });
    }

    private <T> T calling(Supplier<T> call) {
        T result = unlessRefused(call);
        lastSuccessNanos = settings.pauses().nanoTime();
        return result;
    }

    private <T> T unlessRefused(Supplier<T> call) {
        try {
            return call.get();
        } catch (TransportException e) {
            if (isRefusal(e)) {
                refused = true;
                throw gone(e);
            }
            throw e;
        }
    }

    private RunStoppedException gone(@Nullable TransportException refusal) {
        String run = "run " + Long.toUnsignedString(claim.runId());
        if (!refused) {
            return new RunStoppedException(Reason.LOST, run + " sent no heartbeat that the SuperLink took", null);
        }
        Duration silence = silence();
        boolean stopped = silence.compareTo(SHORTEST_TOKEN_LIFE) < 0 || saysStopped(refusal);
        return stopped
                ? new RunStoppedException(Reason.STOPPED_BY_USER, run + " was stopped", refusal)
                : new RunStoppedException(
                        Reason.LOST,
                        run + " was given up by the SuperLink after " + silence.toSeconds() + " s without a heartbeat",
                        refusal);
    }

    private Duration silence() {
        return Duration.ofNanos(settings.pauses().nanoTime() - lastSuccessNanos);
    }

    private static boolean saysStopped(@Nullable TransportException refusal) {
        return refusal != null && refusal.getMessage().contains(STOPPED_IN_WORDS);
    }

    private static boolean isRefusal(TransportException e) {
        return e.status() == Status.UNAUTHENTICATED || e.status() == Status.PERMISSION_DENIED;
    }

    private static Context context(RunInputs inputs) {
        try {
            return Context.parseFrom(inputs.context());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the context of " + inputs + " is damaged", e);
        }
    }
}
