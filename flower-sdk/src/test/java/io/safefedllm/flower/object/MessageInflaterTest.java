package io.safefedllm.flower.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.GoldenArrays;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile peer may try: nothing but {@link MalformedObjectException} comes out. */
class MessageInflaterTest {
    private static final String NO_ID = "0".repeat(64);

    private final Map<String, byte[]> store = new LinkedHashMap<>();
    private final ObjectSource source = Forge.source(store);
    private final Map<String, byte[]> clean = new LinkedHashMap<>();
    private MessageInflater inflater = new MessageInflater(InflateLimits.DEFAULTS);
    private String messageId = "";

    @BeforeEach
    void storeTrainMessage() {
        ObjectBundle bundle = ObjectBundle.of(GoldenValues.message("message_train"));
        bundle.ids().forEach(id -> store.put(id, bundle.object(id)));
        messageId = bundle.trees().get(0).objectId();
        clean.putAll(store);
    }

    @Test
    void outline_ofMessage_fetchesNoChunk() throws MalformedObjectException {
        List<String> fetched = new ArrayList<>();

        MessageOutline outline = inflater.outline(messageId, id -> {
            fetched.add(id);
            return source.object(id);
        });

        assertThat(fetched).hasSize(6).doesNotHaveDuplicates();
        assertThat(fetched.stream().map(this::typeOf)).doesNotContain(ObjectType.ARRAY_CHUNK);
        ArrayHead head = headOf(outline);
        assertThat(head.dtype()).isEqualTo("float32");
        assertThat(head.shape()).containsExactly(2, 2);
        assertThat(inflater.array(head, source)).isEqualTo(GoldenArrays.twoByTwo());
    }

    @Test
    void inflate_withEnvelope_keepsTheEnvelopesMetadata() throws MalformedObjectException {
        Metadata envelope = new Metadata(5, messageId, 77, 1, "r", "g", 3, "query", 9);

        assertThat(inflater.inflate(envelope, source).metadata()).isEqualTo(envelope);
    }

    @Test
    void array_repeatedChunks_arePutTogetherInOrder() throws MalformedObjectException {
        String a = Forge.put(store, "ArrayChunk", List.of(), "ab");
        String b = Forge.put(store, "ArrayChunk", List.of(), "c");
        String array = arrayObject(List.of(a, b), "[2]", "[1, 0, 0, 1]");

        Array inflated = inflater.array(inflater.head(array, source), source);

        assertThat(new String(inflated.toNpy(), StandardCharsets.US_ASCII)).isEqualTo("cababc");
    }

    @Test
    void array_otherSpellingOfJson_isRead() throws MalformedObjectException {
        String array = Forge.put(
                store,
                "Array",
                List.of(),
                " {\"arraychunk_ids\":[ ] ,\n\"stype\":\"numpy.nd\\u0061rray\",\"shape\":[],\"dtype\":\"\\/\"}\t");

        assertThat(inflater.head(array, source))
                .isEqualTo(new ArrayHead(array, "/", List.of(), "numpy.ndarray", List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\"}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": []}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [1]}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [-1]}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0.0]}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [00]}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [[0]]}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0,]}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0], \"x\": 1}",
                "{\"dtype\": \"f\", \"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0]}",
                "{\"dtype\": 3, \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0]}",
                "{\"dtype\": \"f\", \"shape\": [99999999999], \"stype\": \"n\", \"arraychunk_ids\": [0]}",
                "{\"dtype\": \"f\", \"shape\": [-1], \"stype\": \"n\", \"arraychunk_ids\": [0]}",
                "{\"dtype\": \"\\ud800\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0]}",
                "{\"dtype\": \"\\x\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0]}",
                "{\"dtype\": \"\\u12\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0]}",
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0]} x",
                "{\"dtype\": \"f",
                "{\"dtype\": \"f\n\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0]}",
            })
    void head_malformedBody_isRefused(String body) {
        String chunk = Forge.put(store, "ArrayChunk", List.of(), "x");

        assertMalformed(() -> inflater.head(Forge.put(store, "Array", List.of(chunk), body), source));
    }

    @Test
    void head_bodyNotUtf8_isRefused() {
        assertMalformed(() ->
                inflater.head(Forge.put(store, "Array", List.of(), new byte[] {'{', (byte) 0xc3, '"', '}'}), source));
    }

    @Test
    void decode_wrongHeads_areRefused() {
        String chunk = Forge.put(store, "ArrayChunk", List.of(), "x");
        List<String> heads = List.of(
                "ArrayChunk  1",
                "ArrayChunk  2\0x",
                "ArrayChunk  01\0x",
                "ArrayChunk  +1\0x",
                "ArrayChunk  99999999999999999999\0x",
                "ArrayChunk  \0x",
                "ArrayChunk 1\0x",
                "ArrayChunk   1\0x",
                "arraychunk  1\0x",
                "Secret  1\0x",
                "\0",
                "ArrayChunk , 1\0x",
                "ArrayChunk ab 1\0x",
                "ArrayChunk " + chunk.toUpperCase(Locale.ROOT) + " 1\0x",
                "ArrayChunk " + chunk + "," + chunk + " 1\0x",
                "ArrayChunk " + chunk + " 1\0x");
        for (String head : heads) {
            String id = Forge.put(store, head.getBytes(StandardCharsets.US_ASCII));
            String array = arrayObject(List.of(id), "[]", "[0]");
            assertMalformed(() -> inflater.array(inflater.head(array, source), source));
        }
    }

    @Test
    void inflate_everyTruncationOfEveryObject_isRefused() {
        for (Map.Entry<String, byte[]> entry : clean.entrySet()) {
            for (int length = 0; length < entry.getValue().length; length++) {
                byte[] cut = Arrays.copyOf(entry.getValue(), length);
                store.put(entry.getKey(), cut);
                assertMalformed(() -> inflater.inflate(messageId, source));
                String root = replace(entry.getKey(), cut);
                assertMalformed(() -> inflater.inflate(root, source));
            }
            store.putAll(clean);
        }
    }

    @Test
    void inflate_wellFormedObjectUnderTheIdOfAnother_isRefused() {
        String other =
                Forge.put(store, "ArrayChunk", List.of(), GoldenArrays.single().toNpy());
        String chunk = headOfTwoByTwo().chunkIds().get(0);
        store.put(chunk, object(other));

        assertMalformed(() -> inflater.inflate(messageId, source));
    }

    @Test
    void dictionary_childListedTwice_isRefused() {
        String a = Forge.put(store, "ConfigRecord", List.of(), "");
        String names = "{\"a\": \"" + a + "\"}";

        assertMalformed(() -> inflater.dictionary(Forge.put(store, "RecordDict", List.of(a, a), names), source));
    }

    @Test
    void inflate_missingObject_isRefused() {
        for (String id : clean.keySet()) {
            store.remove(id);
            assertMalformed(() -> inflater.inflate(messageId, source));
            store.putAll(clean);
        }
        assertMalformed(() -> inflater.inflate(NO_ID, source));
        assertMalformed(() -> inflater.inflate("", source));
    }

    @Test
    void inflate_everyObjectInPlaceOfEveryOther_isRefusedUnlessBothAreRecords() throws MalformedObjectException {
        for (String there : clean.keySet()) {
            for (String other : clean.keySet()) {
                boolean records = isRecord(there) && isRecord(other);
                if (!there.equals(other) && !records) {
                    String root = replace(there, object(other));
                    assertMalformed(() -> inflater.inflate(root, source));
                }
            }
        }
    }

    @Test
    void inflate_messageInsideAMessage_isRefused() {
        assertMalformed(() -> inflater.inflate(Forge.put(store, "Message", List.of(messageId), ""), source));
        assertMalformed(() -> inflater.inflate(Forge.put(store, "Message", List.of(), ""), source));
    }

    @Test
    void inflate_errorAndContent_isRefused() {
        byte[] error = io.safefedllm.flower.proto.Message.newBuilder()
                .setError(io.safefedllm.flower.proto.Error.getDefaultInstance())
                .build()
                .toByteArray();
        byte[] content = io.safefedllm.flower.proto.Message.newBuilder()
                .setContent(io.safefedllm.flower.proto.RecordDict.getDefaultInstance())
                .build()
                .toByteArray();
        String dict = Forge.put(store, "RecordDict", List.of(), "{}");

        assertMalformed(() -> inflater.inflate(Forge.put(store, "Message", List.of(dict), error), source));
        assertMalformed(() -> inflater.inflate(Forge.put(store, "Message", List.of(dict), content), source));
    }

    @Test
    void inflate_timesNotFinite_areRefused() {
        byte[] body = io.safefedllm.flower.proto.Message.newBuilder()
                .setMetadata(io.safefedllm.flower.proto.Metadata.newBuilder().setTtl(Double.NaN))
                .build()
                .toByteArray();
        String dict = Forge.put(store, "RecordDict", List.of(), "{}");

        assertMalformed(() -> inflater.inflate(Forge.put(store, "Message", List.of(dict), body), source));
    }

    @Test
    void dictionary_childrenOtherThanNames_isRefused() {
        String a = Forge.put(store, "ConfigRecord", List.of(), "");
        String b = Forge.put(store, "ArrayRecord", List.of(), "{}");
        String both = "{\"a\": \"" + a + "\", \"b\": \"" + b + "\"}";
        String one = "{\"a\": \"" + a + "\"}";
        String twice = "{\"a\": \"" + a + "\", \"a\": \"" + a + "\"}";

        assertMalformed(() -> inflater.dictionary(Forge.put(store, "RecordDict", List.of(a), both), source));
        assertMalformed(() -> inflater.dictionary(Forge.put(store, "RecordDict", List.of(a, b), one), source));
        assertMalformed(() -> inflater.dictionary(Forge.put(store, "RecordDict", List.of(a), twice), source));
        assertMalformed(() -> inflater.dictionary(Forge.put(store, "RecordDict", List.of(a), "{\"a\": 1}"), source));
    }

    @ParameterizedTest
    @CsvSource({"160, true", "159, false"})
    void limits_objectBytes_areExact(int bytes, boolean accepted) {
        inflater = new MessageInflater(InflateLimits.DEFAULTS.withBytes(bytes, 1 << 20, 1 << 20));
        ArrayHead head = headOfTwoByTwo();

        assertAccepted(accepted, () -> inflater.array(head, source));
    }

    @ParameterizedTest
    @CsvSource({"144, true", "143, false"})
    void limits_arrayBytes_areExact(int bytes, boolean accepted) {
        inflater = new MessageInflater(InflateLimits.DEFAULTS.withBytes(1 << 20, bytes, 1 << 20));

        assertAccepted(accepted, () -> inflater.array(headOfTwoByTwo(), source));
    }

    @ParameterizedTest
    @CsvSource({"288, true", "287, false"})
    void limits_messageBytes_countEveryName(int bytes, boolean accepted) {
        String array = headOfTwoByTwo().objectId();
        String record =
                Forge.put(store, "ArrayRecord", List.of(array), "{\"a\": \"" + array + "\", \"b\": \"" + array + "\"}");
        String dict = Forge.put(store, "RecordDict", List.of(record), "{\"x\": \"" + record + "\"}");
        String message = Forge.put(store, "Message", List.of(dict), "");
        inflater = new MessageInflater(InflateLimits.DEFAULTS.withBytes(1 << 20, 1 << 20, bytes));

        assertAccepted(accepted, () -> inflater.inflate(message, source));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 4, 2, 10, true",
        "2, 4, 2, 10, false",
        "3, 3, 2, 10, false",
        "3, 4, 1, 10, false",
        "3, 4, 2, 9, false"
    })
    void limits_counts_areExact(int records, int entries, int chunks, int name, boolean accepted) {
        inflater = new MessageInflater(
                new InflateLimits(1 << 20, 1 << 20, 1 << 20, records, entries, chunks, Math.max(name, 64)));
        String chunk = Forge.put(store, "ArrayChunk", List.of(), "x");
        String array = Forge.put(
                store,
                "Array",
                List.of(chunk),
                "{\"dtype\": \"f\", \"shape\": [], \"stype\": \"n\", \"arraychunk_ids\": [0, 0]}");
        String key = "k".repeat(name == 10 ? 64 : 65);
        String metrics = Forge.put(store, "MetricRecord", List.of(), metrics(4));
        String arrays = Forge.put(store, "ArrayRecord", List.of(array), "{\"" + key + "\": \"" + array + "\"}");
        String dict = Forge.put(
                store,
                "RecordDict",
                List.of(metrics, arrays),
                "{\"a\": \"" + metrics + "\", \"b\": \"" + metrics + "\", \"c\": \"" + arrays + "\"}");

        assertAccepted(accepted, () -> inflater.inflate(Forge.put(store, "Message", List.of(dict), ""), source));
    }

    @Test
    void inflate_hugeExpansion_isRefusedBeforeItIsBuilt() {
        String chunk = Forge.put(store, "ArrayChunk", List.of(), new byte[1 << 20]);
        String indices = "[" + "0, ".repeat(59_999) + "0]";
        String array = arrayObject(List.of(chunk), "[]", indices);

        assertMalformed(() -> inflater.array(inflater.head(array, source), source));
    }

    @Test
    void inflate_randomMutationsWithFittingIds_giveAMessageOrAreRefused() {
        Random dice = new Random(20_260_102);
        List<String> ids = List.copyOf(clean.keySet());
        int inflated = 0;
        for (int i = 0; i < 20_000; i++) {
            String id = ids.get(dice.nextInt(ids.size()));
            String root = replace(id, mutate(object(id), dice));
            try {
                Message message = inflater.inflate(root, source);
                assertThat(message.metadata().messageId()).isEqualTo(root);
                inflated++;
            } catch (MalformedObjectException e) {
                assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
            }
            store.keySet().retainAll(clean.keySet());
        }

        assertThat(inflated).isBetween(500, 15_000);
    }

    private static byte[] mutate(byte[] bytes, Random dice) {
        byte[] mutant =
                switch (dice.nextInt(6)) {
                    case 0 -> Arrays.copyOf(bytes, dice.nextInt(bytes.length + 1));
                    case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + dice.nextInt(8));
                    default -> bytes.clone();
                };
        for (int flips = 1 + dice.nextInt(3); flips > 0 && mutant.length > 0; flips--) {
            int at = dice.nextInt(mutant.length);
            mutant[at] = dice.nextBoolean() ? (byte) dice.nextInt(256) : (byte) (mutant[at] ^ 1 << dice.nextInt(8));
        }
        return dice.nextBoolean() ? withFittingLength(mutant) : mutant;
    }

    /** Puts the true body length into the head, so that the mutation reaches the body's reader. */
    private static byte[] withFittingLength(byte[] object) {
        String text = new String(object, StandardCharsets.ISO_8859_1);
        int zero = text.indexOf('\0');
        int space = text.lastIndexOf(' ', Math.max(zero, 0));
        if (zero < 0 || space < 0) {
            return object;
        }
        String fitting = text.substring(0, space + 1) + (text.length() - zero - 1) + text.substring(zero);
        return fitting.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Stores other bytes for an object, and every object above it with the new ids; returns the new root. */
    private String replace(String id, byte[] bytes) {
        String renamed = Forge.put(store, bytes);
        if (id.equals(messageId)) {
            return renamed;
        }
        for (Map.Entry<String, byte[]> entry : clean.entrySet()) {
            String text = new String(entry.getValue(), StandardCharsets.ISO_8859_1);
            if (text.contains(id)) {
                byte[] above = text.replace(id, renamed).getBytes(StandardCharsets.ISO_8859_1);
                return replace(entry.getKey(), above);
            }
        }
        throw new AssertionError("nothing holds " + id);
    }

    private ArrayHead headOfTwoByTwo() {
        try {
            MessageInflater anyInflater = new MessageInflater(InflateLimits.DEFAULTS);
            return anyInflater.head("9a6df3451aa0b992591a9034c8bd92ed282fdd133b06f879662523e78df61e38", source);
        } catch (MalformedObjectException e) {
            throw new AssertionError(e);
        }
    }

    private static ArrayHead headOf(MessageOutline outline) {
        if (outline.records().get("arrays") instanceof RecordOutline.ArrayHeads arrays) {
            return arrays.heads().values().iterator().next();
        }
        throw new AssertionError("no arrays in " + outline);
    }

    private String arrayObject(List<String> chunks, String shape, String indices) {
        return Forge.put(
                store,
                "Array",
                chunks,
                "{\"dtype\": \"f\", \"shape\": " + shape + ", \"stype\": \"n\", \"arraychunk_ids\": " + indices + "}");
    }

    private static byte[] metrics(int count) {
        io.safefedllm.flower.proto.MetricRecord.Builder record = io.safefedllm.flower.proto.MetricRecord.newBuilder();
        for (int i = 0; i < count; i++) {
            record.addItemsBuilder().setKey("k" + i).getValueBuilder().setSint64(i);
        }
        return record.build().toByteArray();
    }

    private byte[] object(String id) {
        byte[] bytes = store.get(id);
        if (bytes == null) {
            throw new AssertionError("no object " + id);
        }
        return bytes;
    }

    private ObjectType typeOf(String id) {
        try {
            return DecodedObject.of(id, object(id), InflateLimits.DEFAULTS).type();
        } catch (MalformedObjectException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isRecord(String id) {
        return List.of(ObjectType.ARRAY_RECORD, ObjectType.METRIC_RECORD, ObjectType.CONFIG_RECORD)
                .contains(typeOf(id));
    }

    private static void assertMalformed(ThrowingCallable call) {
        assertThatThrownBy(call).isExactlyInstanceOf(MalformedObjectException.class);
    }

    private static void assertAccepted(boolean accepted, ThrowingCallable call) {
        if (accepted) {
            assertThatCode(call).doesNotThrowAnyException();
        } else {
            assertMalformed(call);
        }
    }
}
