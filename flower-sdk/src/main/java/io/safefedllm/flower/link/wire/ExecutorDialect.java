package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.proto.Context;
import io.safefedllm.flower.proto.Fab;
import io.safefedllm.flower.proto.Message;
import io.safefedllm.flower.proto.ObjectTree;
import io.safefedllm.flower.proto.PullAppMessagesResponse;
import io.safefedllm.flower.proto.PushAppMessagesResponse;
import io.safefedllm.flower.proto.Run;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How one generation of SuperLinks words the calls of an executor (PROTOCOL 10).
 *
 * <p>Implementations hold no state of a run and are thread-safe; failures are those of {@link RpcCaller}. A new generation
 * is one implementation and one line where links are opened.
 */
public interface ExecutorDialect {

    /** Returns the generation's name, for example {@code http-acquire}. */
    String generation();

    /** Returns the service that run calls go to. */
    String service();

    /** Returns what proves the right to drive the run. */
    RpcHeaders headers(RunClaim claim);

    /** As {@link io.safefedllm.flower.link.RunLink#tryClaim}. */
    Optional<RunClaim> tryClaim(RunFilter filter);

    boolean heartbeat(RunClaim claim);

    Inputs inputs(RunClaim claim);

    /** Returns the nodes online, in the order of the answer. */
    List<Long> nodeIds(RunClaim claim);

    PushAppMessagesResponse push(RunClaim claim, List<Message> envelopes, List<ObjectTree> trees);

    PullAppMessagesResponse pull(RunClaim claim, Collection<String> messageIds);

    void log(RunClaim claim, String text);

    /**
     * Ends the run.
     *
     * @param context the context of the inputs, empty if they were not pulled
     */
    void finish(RunClaim claim, RunStatus status, String reason, Optional<Context> context);

    /** What a run starts with, as it came. */
    record Inputs(Context context, Run run, Fab fab) {}
}
