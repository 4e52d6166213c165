package io.safefedllm.client.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.template.ChatTurn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatFileTest {
    private static final String GOOD =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\",\"x\":1}],\"id\":3}";

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("chats.jsonl"), text);
    }

    @Test
    void read_linesOrArray_givesConversationsInOrder() throws IOException {
        Conversation expected = new Conversation(List.of(new ChatTurn("user", "a"), new ChatTurn("assistant", "b")));

        assertThat(ChatFile.read(file(GOOD + "\n\n" + GOOD))).containsExactly(expected, expected);
        assertThat(ChatFile.read(file("[" + GOOD + "]"))).containsExactly(expected);
        assertThat(ChatFile.holdsConversations(file(GOOD))).isTrue();
        assertThat(ChatFile.holdsConversations(file("{\"instruction\":\"a\",\"output\":\"b\"}")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "GOOD@{\"messages\":3}|line 2: 'messages' must be a list of turns but is NUMBER",
                "GOOD@{\"instruction\":\"x\"}|line 2: 'messages' must be a list of turns but is MISSING",
                "{\"messages\":[{\"role\":\"user\"}]}|line 1: key 'content' is missing",
                "{\"messages\":[{\"role\":\"user\",\"content\":[]}]}|line 1: 'content' must be a string but is ARRAY",
                "{\"messages\":[]}|line 1: a conversation must end with an answer of the assistant but is empty",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"a\"}]}|the last of 'user'",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"}]}|has 1 turns",
                "{\"messages\":[|not valid JSON",
                "[]|no records"
            })
    void read_malformedText_namesFileAndPlace(String text, String message) throws IOException {
        Path file = file(text.replace("GOOD", GOOD).replace("@", "\n"));

        assertThatThrownBy(() -> ChatFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }
}
