package io.safefedllm.client.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.template.ChatTurn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads datasets of conversations: one object per line, or a JSON array, each with {@code messages} [{role, content}] (LORA-TRAINER 5).
 *
 * <p>Further keys are ignored. Everything that is wrong ends the reading with a {@link DataException} that names file and record or
 * line; there is no partial result.
 */
public final class ChatFile {
    private static final String MESSAGES = "messages";

    private ChatFile() {}

    /**
     * Returns whether a file's first object is a conversation.
     *
     * @throws DataException if the file cannot be read or is malformed
     */
    public static boolean holdsConversations(Path file) {
        return JsonRecords.read(file).get(0).node().has(MESSAGES);
    }

    /**
     * Reads all conversations of a file in UTF-8.
     *
     * @throws DataException if the file cannot be read, is malformed or holds none, or a conversation does not end with the assistant
     */
    public static List<Conversation> read(Path file) {
        return JsonRecords.read(file).stream().map(ChatFile::conversation).toList();
    }

    private static Conversation conversation(JsonRecords.Placed record) {
        JsonNode messages = record.node().path(MESSAGES);
        if (!messages.isArray()) {
            throw new DataException(
                    record.place() + ": '" + MESSAGES + "' must be a list of turns but is " + messages.getNodeType());
        }
        List<ChatTurn> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            turns.add(new ChatTurn(record.string(message, "role"), record.string(message, "content")));
        }
        try {
            return new Conversation(turns);
        } catch (IllegalArgumentException e) {
            throw new DataException(record.place() + ": " + e.getMessage(), e);
        }
    }
}
