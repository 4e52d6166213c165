package io.safefedllm.flower.link;

import io.safefedllm.flower.message.Message;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One claimed run on its wire.
 *
 * <p>Safe for use by several threads: heartbeats and logs come from threads of their own. Except for
 * {@link #heartbeat()}, every method throws {@link RunStoppedException} once the platform refuses the claim, and {@link TransportException} if it failed. Call
 * order: heartbeat at once, {@link #inputs()} once, then anything, {@link #finish} last.
 */
public interface ClaimedRun {

    RunClaim claim();

    /**
     * Tells the platform that the run is being driven.
     *
     * @return false if the platform no longer knows the claim: the run is gone
     */
    boolean heartbeat();

    /**
     * Tells why the run is gone after its heartbeats were refused or did not arrive.
     *
     * <p>Most wires answer a stop and a claim that has run out alike. A claim lives for thirty seconds after a call at the
     * least, so a refusal within them is taken for a stop by the run's user, a later one for a loss.
     */
    RunStoppedException gone();

    /** Pulls the inputs; the platform gives them out once. */
    RunInputs inputs();

    /** Returns the nodes online, ascending by unsigned id. */
    List<Long> nodeIds();

    /** As {@link Grid#send}. */
    List<String> send(List<Message> messages);

    /** As {@link Grid#poll}, but answers at once. A reply whose content is gone arrives as an error reply with code 3. */
    List<Message> poll(Collection<String> messageIds);

    /** Sends text to the run's log as it stands; the platform joins pieces without a separator. */
    void log(String text);

    /**
     * Ends the run and revokes the claim.
     *
     * @param status the outcome; {@link RunStatus#COMPLETED} needs inputs pulled before
     * @param reason shown to the person who started the run; empty when completed
     * @param inputs what {@link #inputs()} gave, or {@code null} if they were not pulled
     */
    void finish(RunStatus status, String reason, @Nullable RunInputs inputs);
}
