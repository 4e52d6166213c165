package io.safefedllm.flower.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.proto.ConfigRecord;
import io.safefedllm.flower.proto.ConfigRecordValue;
import io.safefedllm.flower.proto.RecordDict;
import io.safefedllm.flower.proto.Scalar;
import io.safefedllm.flower.proto.UintList;
import io.safefedllm.flower.record.Bytes;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Protobuf forms that are not hashed: envelopes, trees, a run's context, configurations. */
class WireCodecTest {
    private static final String ID = "ab".repeat(32);
    private static final double NOW = 1_750_000_000;
    private static final BigInteger LARGEST = new BigInteger("18446744073709551615");

    static List<String> messages() {
        return GoldenValues.caseNames().stream()
                .filter(name -> name.startsWith("message_"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void envelope_everyGoldenMessage_hasNoBodyAndTheId(String name) {
        Message message = ObjectBundle.of(GoldenValues.message(name)).messages().get(0);

        io.safefedllm.flower.proto.Message envelope = WireMessages.envelope(message);

        assertThat(envelope.getMetadata().getMessageId())
                .isEqualTo(GoldenValues.golden(name).get("id").textValue());
        assertThat(envelope.hasContent()).isEqualTo(!message.hasError());
        assertThat(envelope.hasError()).isEqualTo(message.hasError());
        assertThat(envelope.getContent()).isEqualTo(RecordDict.getDefaultInstance());
    }

    /** What a SuperLink answers without a reason is refused before it is sent. */
    @ParameterizedTest
    @CsvSource({
        "'', 1, 2, '', 1, train, 1750000000",
        "AB, 1, 2, '', 1, train, 1750000000",
        "id, 0, 2, '', 1, train, 1750000000",
        "id, 1, 0, '', 1, train, 1750000000",
        "id, 1, 2, r, 1, train, 1750000000",
        "id, 2, 1, '', 1, train, 1750000000",
        "id, 2, 3, r, 1, train, 1750000000",
        "id, 1, 2, '', 0, train, 1750000000",
        "id, 1, 2, '', 1, trains, 1750000000",
        "id, 1, 2, '', 1, train, 1740700799"
    })
    void envelope_whatASuperLinkRefuses_isRefused(
            String id, long src, long dst, String replyTo, double ttl, String type, double created) {
        Metadata metadata = new Metadata(5, id.equals("id") ? ID : id, src, dst, replyTo, "", ttl, type, created);
        Message message = Message.of(metadata, io.safefedllm.flower.record.RecordDict.empty());

        assertThatThrownBy(() -> WireMessages.envelope(message)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void envelope_instructionAndReply_areAccepted() {
        Metadata instruction = new Metadata(5, ID, 1, 2, "", "", 1, "train", 1_740_700_800.0);
        Metadata reply = new Metadata(5, ID, 2, 1, ID, "", 1, "train", NOW);

        for (Metadata metadata : List.of(instruction, reply)) {
            Message message = Message.of(metadata, io.safefedllm.flower.record.RecordDict.empty());
            assertThat(WireMessages.envelope(message).hasContent()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"5, true", "6, false"})
    void tree_depth_isBounded(int depth, boolean accepted) throws MalformedObjectException {
        io.safefedllm.flower.proto.ObjectTree tree = leaf(ID);
        for (int i = 1; i < depth; i++) {
            tree = leaf(ID).toBuilder().addChildren(tree).build();
        }
        io.safefedllm.flower.proto.ObjectTree deep = tree;

        if (accepted) {
            assertThat(WireMessages.toProto(WireMessages.tree(deep))).isEqualTo(deep);
        } else {
            assertThatThrownBy(() -> WireMessages.tree(deep)).isInstanceOf(MalformedObjectException.class);
        }
    }

    @Test
    void tree_otherThanIds_isRefused() {
        for (String id : List.of("", "ab", "AB".repeat(32), "../".repeat(22))) {
            assertThatThrownBy(() -> WireMessages.tree(leaf(id))).isInstanceOf(MalformedObjectException.class);
        }
    }

    private static io.safefedllm.flower.proto.ObjectTree leaf(String id) {
        return io.safefedllm.flower.proto.ObjectTree.newBuilder()
                .setObjectId(id)
                .build();
    }

    @Test
    void dictionary_allKinds_comesBack() throws Exception {
        io.safefedllm.flower.record.RecordDict dict = context();

        byte[] bytes = RecordCodec.toProto(dict).toByteArray();

        assertThat(RecordCodec.fromProto(RecordDict.parseFrom(bytes), InflateLimits.DEFAULTS))
                .isEqualTo(dict);
    }

    private static io.safefedllm.flower.record.RecordDict context() {
        Map<String, io.safefedllm.flower.record.FlowerRecord> records = new LinkedHashMap<>();
        for (String name : List.of("arrayrecord_unicode", "metric_edges", "config_lists", "config_empty")) {
            records.put(name, (io.safefedllm.flower.record.FlowerRecord) GoldenValues.value(name));
        }
        return io.safefedllm.flower.record.RecordDict.of(records);
    }

    @Test
    void dictionary_randomMutations_areReadOrRefused() {
        Random dice = new Random(20_260_103);
        byte[] bytes = RecordCodec.toProto(context()).toByteArray();
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutant = bytes.clone();
            for (int flips = 1 + dice.nextInt(3); flips > 0; flips--) {
                mutant[dice.nextInt(mutant.length)] = (byte) dice.nextInt(256);
            }
            try {
                RecordCodec.fromProto(RecordDict.parseFrom(mutant), InflateLimits.DEFAULTS);
                read++;
            } catch (InvalidProtocolBufferException | MalformedObjectException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }

        assertThat(read).isBetween(500, 19_500);
    }

    @Test
    void dictionary_keyTwiceOrValueMissing_isRefused() {
        ConfigRecord.Item item = ConfigRecord.Item.newBuilder()
                .setKey("a")
                .setValue(ConfigRecordValue.newBuilder().setBool(true))
                .build();
        RecordDict.Item config = RecordDict.Item.newBuilder()
                .setKey("c")
                .setConfigRecord(ConfigRecord.getDefaultInstance())
                .build();
        List<RecordDict> malformed = List.of(
                of(ConfigRecord.newBuilder().addItems(item).addItems(item)),
                of(ConfigRecord.newBuilder()
                        .addItems(ConfigRecord.Item.newBuilder().setKey("a"))),
                RecordDict.newBuilder().addItems(config).addItems(config).build(),
                RecordDict.newBuilder()
                        .addItems(RecordDict.Item.newBuilder().setKey("a"))
                        .build());

        for (RecordDict dict : malformed) {
            assertThatThrownBy(() -> RecordCodec.fromProto(dict, InflateLimits.DEFAULTS))
                    .isInstanceOf(MalformedObjectException.class);
        }
    }

    private static RecordDict of(ConfigRecord.Builder config) {
        return RecordDict.newBuilder()
                .addItems(RecordDict.Item.newBuilder().setKey("c").setConfigRecord(config))
                .build();
    }

    @Test
    void value_unsignedThatFitsInt64_becomesAnOrdinaryInteger() throws MalformedObjectException {
        ConfigRecord config = ConfigRecord.newBuilder()
                .addItems(ConfigRecord.Item.newBuilder()
                        .setKey("a")
                        .setValue(ConfigRecordValue.newBuilder().setUint64(7)))
                .addItems(ConfigRecord.Item.newBuilder()
                        .setKey("b")
                        .setValue(ConfigRecordValue.newBuilder()
                                .setUintList(UintList.newBuilder().addVals(7).addVals(-1))))
                .build();

        io.safefedllm.flower.record.ConfigRecord read = RecordCodec.config(config, InflateLimits.DEFAULTS);

        assertThat(read.integer("a")).hasValue(7);
        assertThat(read.values().get("b")).isEqualTo(List.of(BigInteger.valueOf(7), LARGEST));
    }

    @Test
    void scalars_allKinds_comeBack() throws MalformedObjectException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("flag", false);
        config.put("integer", -3L);
        config.put("unsigned", LARGEST);
        config.put("double", 0.0);
        config.put("text", "");
        config.put("bytes", Bytes.copyOf(new byte[] {1}));

        Map<String, Scalar> wire = ScalarCodec.toProto(config);

        assertThat(ScalarCodec.fromProto(wire)).isEqualTo(config);
        assertThat(wire.get("integer"))
                .isEqualTo(Scalar.newBuilder().setSint64(-3).build());
        assertThat(ScalarCodec.fromProto(
                        Map.of("u", Scalar.newBuilder().setUint64(3).build())))
                .isEqualTo(Map.of("u", 3L));
    }

    @Test
    void scalars_missingOrOther_areRefused() {
        assertThatThrownBy(() -> ScalarCodec.fromProto(Map.of("a", Scalar.getDefaultInstance())))
                .isInstanceOf(MalformedObjectException.class)
                .hasMessageContaining("'a'");
        assertThatThrownBy(() -> ScalarCodec.toProto(Map.of("a", List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a'");
    }

    @Test
    void array_inline_isBounded() {
        RecordDict dict = RecordDict.newBuilder()
                .addItems(RecordDict.Item.newBuilder()
                        .setKey("a")
                        .setArrayRecord(io.safefedllm.flower.proto.ArrayRecord.newBuilder()
                                .addItems(io.safefedllm.flower.proto.ArrayRecord.Item.newBuilder()
                                        .setKey("w")
                                        .setValue(io.safefedllm.flower.proto.Array.newBuilder()
                                                .setData(ByteString.copyFrom(new byte[11]))))))
                .build();

        assertThatThrownBy(() -> RecordCodec.fromProto(dict, InflateLimits.DEFAULTS.withBytes(100, 10, 100)))
                .isInstanceOf(MalformedObjectException.class);
    }
}
