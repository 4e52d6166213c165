package io.safefedllm.flower.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {
    private static final double CREATED = 1_750_000_000.25;
    private static final String ID = "ab".repeat(32);
    private static final long NODE = Long.parseUnsignedLong("9876543210987654321");

    private final Message instruction = Message.instruction(5, NODE, "train", RecordDict.empty(), "3", CREATED);

    @Test
    void instruction_metadata_isThatOfAServerApp() {
        assertThat(instruction.metadata()).isEqualTo(new Metadata(5, "", 1, NODE, "", "3", 43_200, "train", CREATED));
        assertThat(instruction.hasError()).isFalse();
        assertThat(instruction.toString()).contains("9876543210987654321");
    }

    @Test
    void reply_livesAsLongAsTheInstructionHasLeft() {
        RecordDict content = RecordDict.of(Map.of("m", MetricRecord.builder().build()));

        Message reply = instruction.withMessageId(ID).reply(content, CREATED + 10.25);

        assertThat(reply.metadata())
                .isEqualTo(new Metadata(5, "", NODE, 1, ID, "3", 43_189.75, "train", CREATED + 10.25));
        assertThat(reply.content()).isEqualTo(content);
    }

    @Test
    void errorReply_hasNoContent() {
        MessageError error = new MessageError(MessageError.CLIENT_APP_RAISED, "boom");

        Message reply = instruction.withMessageId(ID).errorReply(error, CREATED);

        assertThat(reply.hasError()).isTrue();
        assertThat(reply.error()).isEqualTo(error);
        assertThatThrownBy(reply::content).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(instruction::error).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void reply_withoutId_isRefused() {
        assertThatThrownBy(() -> instruction.reply(RecordDict.empty(), CREATED))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void reply_atTheEndOfTheInstruction_isTooLate() {
        Message received = instruction.withMessageId(ID).withTtl(10);

        assertThat(received.isExpiredAt(CREATED + 9.5)).isFalse();
        assertThat(received.reply(RecordDict.empty(), CREATED + 9.5).metadata().ttlSeconds())
                .isEqualTo(0.5);
        assertThat(received.isExpiredAt(CREATED + 10)).isTrue();
        assertThatThrownBy(() -> received.reply(RecordDict.empty(), CREATED + 10))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "train, true",
        "evaluate, true",
        "query, true",
        "system, true",
        "train.custom_1, true",
        "query._x, true",
        "'', false",
        "Train, false",
        "train., false",
        "train.1x, false",
        "train.a.b, false",
        "train.a-b, false",
        "reconnect, false",
        "' train', false"
    })
    void messageType_isOneOfFlowers(String type, boolean valid) {
        assertThat(MessageType.isValid(type)).isEqualTo(valid);
        if (!valid) {
            assertThatThrownBy(() -> Message.instruction(5, NODE, type, RecordDict.empty(), "", CREATED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + type + "'");
        }
    }

    @Test
    void instruction_toNode0_isRefused() {
        assertThatThrownBy(() -> Message.instruction(5, 0, "train", RecordDict.empty(), "", CREATED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"NaN, 1", "1, NaN", "Infinity, 1", "1, -Infinity"})
    void metadata_timesNotFinite_areRefused(double ttl, double created) {
        assertThatThrownBy(() -> new Metadata(5, "", 1, NODE, "", "", ttl, "train", created))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equals_sameParts_isEqual() {
        Message same = Message.instruction(5, NODE, "train", RecordDict.empty(), "3", CREATED);

        assertThat(same).isEqualTo(instruction).hasSameHashCodeAs(instruction);
        assertThat(same.withMessageId(ID)).isNotEqualTo(instruction);
    }
}
