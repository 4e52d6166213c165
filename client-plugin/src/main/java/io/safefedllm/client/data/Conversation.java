package io.safefedllm.client.data;

import io.safefedllm.client.template.ChatTurn;
import java.util.List;

/**
 * A conversation to train on.
 *
 * @param turns in order, maybe with a system turn first; the last one is the assistant's
 */
public record Conversation(List<ChatTurn> turns) {
    /** The role whose turns are trained. */
    public static final String ASSISTANT = "assistant";

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the last turn is not the assistant's, or is the only one
     */
    public Conversation {
        turns = List.copyOf(turns);
        if (turns.size() < 2 || !turns.get(turns.size() - 1).role().equals(ASSISTANT)) {
            throw new IllegalArgumentException("a conversation must end with an answer of the " + ASSISTANT + " but "
                    + (turns.isEmpty()
                            ? "is empty"
                            : "has " + turns.size() + " turns, the last of '"
                                    + turns.get(turns.size() - 1).role() + "'"));
        }
    }
}
