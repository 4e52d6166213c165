package io.safefedllm.flower.link;

import io.safefedllm.flower.message.Message;
import java.util.Collection;
import java.util.List;

/**
 * What a server app sees of its run: the nodes, a way to send them messages, and their replies.
 *
 * <p>Calls come from the thread that runs the server app. Every method throws {@link RunStoppedException} once the run
 * has ended underneath the app (stopped by its user, or lost), and {@link TransportException} if the platform failed
 * and repeating did not help. An app lets both pass: whoever runs it ends the run accordingly.
 */
public interface Grid {

    /** Returns the unsigned 64-bit id of the run. */
    long runId();

    /** Returns the nodes that are online now, in ascending unsigned order; may be empty. */
    List<Long> nodeIds();

    /**
     * Sends instructions.
     *
     * <p>Returns one message id for each message, in order; the empty string stands for a message that the platform refused,
     * which means that its node is unknown or gone. A message that breaks Flower's rules (its run id differs, its
     * time-to-live is not positive, it has no content) gives {@link IllegalArgumentException} before anything is sent.
     */
    List<String> send(List<Message> messages);

    /**
     * Returns the replies and error replies to the given instructions that are complete by now, each exactly once.
     *
     * <p>Waits at most a tenth of a second for the first one if none is there, so a caller may loop without a
     * pause. May return only some of the complete ones, the rest at the next call. An
     * id that is unknown or was answered before gives an error reply with code 3; the empty id is ignored. A node that went offline is answered for with error code 5.
     */
    List<Message> poll(Collection<String> messageIds);

    /** Shows a line to the person who started the run, at level INFO; sent in order, soon, at the latest when the run ends. */
    void log(String text);

    /** Shows a line at the given level. */
    default void log(LogLevel level, String text) {
        log(text);
    }
}
