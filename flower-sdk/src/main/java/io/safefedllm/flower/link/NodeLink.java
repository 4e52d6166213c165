package io.safefedllm.flower.link;

import io.safefedllm.flower.message.Message;
import java.time.Duration;
import java.util.Optional;

/**
 * A node's place in a federation.
 *
 * <p>Call order: {@link #join()}, then {@link #receive()}, {@link #run}, {@link #reply} and {@link #isRunning} from one thread while {@link #heartbeat()} comes from
 * another, then {@link #leave()}. All methods throw {@link TransportException}: {@code UNAUTHENTICATED} means that the
 * federation no longer knows the node, {@code PERMISSION_DENIED} that the run is not running any more.
 */
public interface NodeLink extends AutoCloseable {

    /** Returns the generation of the wire, for example {@code grpc}. */
    String generation();

    /** Returns where the SuperLink is, as an operator would write it. */
    String address();

    /** Registers and activates the node; returns its unsigned 64-bit id. */
    long join();

    /** Keeps the node online; false if the platform no longer knows it. */
    boolean heartbeat();

    /**
     * Takes the next instruction with all its content, or nothing if none waits; never waits for one.
     *
     * <p>Each instruction arrives once. One whose content is gone arrives with {@link Message#hasError()} and code 3.
     */
    Optional<Message> receive();

    /** Asks for a run; valid while the run is running. The caller caches it. */
    RunDetails run(long runId);

    /** Returns whether a run is still running, which a node may ask after its reply; asks once, without trying again. */
    boolean isRunning(long runId);

    /**
     * Answers an instruction.
     *
     * @param runtime how long the app worked on it
     * @return false if the platform refused the reply, for example because the instruction has expired
     */
    boolean reply(Message reply, Duration runtime);

    /** Takes the node offline and, if {@link #join()} registered it, out of the federation. */
    void leave();

    /** Releases connections and threads. */
    @Override
    void close();
}
