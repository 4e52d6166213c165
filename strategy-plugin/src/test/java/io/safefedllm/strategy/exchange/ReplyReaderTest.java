package io.safefedllm.strategy.exchange;

import static io.safefedllm.strategy.exchange.Replies.arrays;
import static io.safefedllm.strategy.exchange.Replies.examples;
import static io.safefedllm.strategy.exchange.Replies.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.strategy.Adapters;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyReaderTest {
    private static final String A = Adapters.name("lora_A");
    private static final String B = Adapters.name("lora_B");

    private final ReplyReader reader = new ReplyReader(Adapters.LAYOUT);

    @Test
    void read_wellFormedReply_givesValuesInTheIssuedOrder() {
        Map<String, Array> swapped = new LinkedHashMap<>();
        Map<String, Array> arrays = arrays(Adapters.initial());
        swapped.put(B, Replies.get(arrays, B));
        swapped.put(A, Replies.get(arrays, A));

        ClaimedUpdate claim = claimed(reply(swapped, 7));

        assertThat(claim.toArray()).containsExactly(Adapters.initial().toArray());
        assertThat(claim.claimedExamples()).hasValue(7);
    }

    @Test
    void read_halfPrecisionReply_isWidened() {
        Map<String, Array> arrays = arrays(Adapters.initial());
        arrays.put(B, Replies.npy("<f2", "(3, 2)", new byte[] {0, 0x3c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));

        assertThat(claimed(reply(arrays, 1)).toArray()[8]).isEqualTo(1f);
    }

    @Test
    void read_surplusOrMissingTensor_isBadKeys() {
        Map<String, Array> surplus = arrays(Adapters.initial());
        surplus.put("layers.9.lora_A.weight\n\u0007", Array.ofFloat32(new int[] {1}, 1));
        Map<String, Array> missing = arrays(Adapters.initial());
        missing.remove(A);

        assertThat(malformed(reply(surplus, 1)).code()).isEqualTo(ReplyCode.BAD_KEYS);
        assertThat(malformed(reply(surplus, 1)).detail()).isEqualTo("unknown tensor 'layers.9.lora_A.weight??'");
        assertThat(malformed(reply(missing, 1)).code()).isEqualTo(ReplyCode.BAD_KEYS);
    }

    @Test
    void read_noOrTwoArrayRecords_isBadKeys() {
        Map<String, FlowerRecord> none = new LinkedHashMap<>();
        none.put("metrics", examples(1));
        Map<String, FlowerRecord> two = new LinkedHashMap<>();
        two.put("arrays", ArrayRecord.of(arrays(Adapters.initial())));
        two.put("more", ArrayRecord.of(Map.of()));
        two.put("metrics", examples(1));

        assertThat(malformed(RecordDict.of(none)).code()).isEqualTo(ReplyCode.BAD_KEYS);
        assertThat(malformed(RecordDict.of(two)).code()).isEqualTo(ReplyCode.BAD_KEYS);
        assertThat(malformed(RecordDict.empty()).code()).isEqualTo(ReplyCode.BAD_KEYS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "<f4; (2, 3); 24; BAD_SHAPE",
                "<f4; (3, 2, 1); 24; BAD_SHAPE",
                "<f4; (); 4; BAD_SHAPE",
                "<f4; (0, 2); 0; BAD_SHAPE",
                "<i8; (3, 2); 48; BAD_DTYPE",
                "<f8; (3, 2); 48; BAD_DTYPE",
                "<f4; (3, 2); 23; BAD_DTYPE",
                "<f4; (2000000000, 2000000000); 24; BAD_DTYPE",
                "|V2; (3, 2); 12; BAD_DTYPE",
                "|O; (3, 2); 24; BAD_DTYPE"
            })
    void read_arrayOfAnotherForm_isRefusedWithItsCode(String descr, String shape, int bytes, ReplyCode code) {
        Map<String, Array> arrays = arrays(Adapters.initial());
        arrays.put(B, Replies.npy(descr, shape, new byte[bytes]));

        assertThat(malformed(reply(arrays, 1)).code()).isEqualTo(code);
    }

    @Test
    void read_labelThatLies_isIgnored() {
        Map<String, Array> arrays = arrays(Adapters.initial());
        byte[] honest = Replies.get(arrays, B).toNpy();
        arrays.put(B, Array.of("int64", new int[] {9}, "pickle", honest));

        assertThat(claimed(reply(arrays, 1)).toArray())
                .containsExactly(Adapters.initial().toArray());
    }

    @Test
    void read_unreadableArrayAndWrongShape_isBadShapeFirst() {
        Map<String, Array> arrays = arrays(Adapters.initial());
        arrays.put(A, Array.of("", new int[0], "", new byte[] {1, 2, 3}));
        arrays.put(B, Array.ofFloat32(new int[] {1, 1}, 0));

        assertThat(malformed(reply(arrays, 1)).code()).isEqualTo(ReplyCode.BAD_SHAPE);
    }

    @Test
    void read_numberOfExamplesOfAnotherKind_isNoClaim() {
        assertThat(claimedExamples(
                        MetricRecord.builder().put("num-examples", 5.0).build()))
                .isEmpty();
        assertThat(claimedExamples(
                        MetricRecord.builder().put("num-examples", Double.NaN).build()))
                .isEmpty();
        assertThat(claimedExamples(
                        MetricRecord.builder().put("num-examples", List.of(5L)).build()))
                .isEmpty();
        assertThat(claimedExamples(MetricRecord.builder()
                        .put("num-examples", BigInteger.ONE.shiftLeft(63))
                        .build()))
                .isEmpty();
        assertThat(claimedExamples(MetricRecord.builder().put("loss", 1L).build()))
                .isEmpty();
        assertThat(claimedExamples(
                        MetricRecord.builder().put("num-examples", -5L).build()))
                .hasValue(-5);
    }

    @Test
    void read_twoMetricRecords_isNoClaim() {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put("arrays", ArrayRecord.of(arrays(Adapters.initial())));
        records.put("metrics", examples(3));
        records.put("other", examples(1_000_000));

        assertThat(claimed(RecordDict.of(records)).claimedExamples()).isEmpty();
    }

    @Test
    void read_errorInPlaceOfContent_isNoReply() {
        Metadata metadata = new Metadata(1, "id", 2, 1, "asked", "", 1.0, "train", 1.0);
        DecodeResult result =
                reader.read(Message.ofError(metadata, new MessageError(2, "<class 'X'>:\u0000" + "y".repeat(500))));

        assertThat(result).isInstanceOf(DecodeResult.Malformed.class);
        DecodeResult.Malformed malformed = (DecodeResult.Malformed) result;
        assertThat(malformed.code()).isEqualTo(ReplyCode.NO_REPLY);
        assertThat(malformed.detail()).startsWith("error 2 '<class 'X'>:?yyy").hasSizeLessThan(120);
    }

    @Test
    void read_randomHostileContent_neverThrows() {
        Random dice = new Random(7);
        for (int i = 0; i < 2000; i++) {
            RecordDict content = HostileContent.random(dice, Adapters.initial());

            assertThat(reader.read(content)).isNotNull();
        }
    }

    private OptionalLong claimedExamples(MetricRecord metrics) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put("a", ArrayRecord.of(arrays(Adapters.initial())));
        records.put("m", metrics);
        return claimed(RecordDict.of(records)).claimedExamples();
    }

    private ClaimedUpdate claimed(RecordDict content) {
        DecodeResult result = reader.read(content);
        assertThat(result).isInstanceOf(DecodeResult.Claimed.class);
        return ((DecodeResult.Claimed) result).claim();
    }

    private DecodeResult.Malformed malformed(RecordDict content) {
        DecodeResult result = reader.read(content);
        assertThat(result).isInstanceOf(DecodeResult.Malformed.class);
        return (DecodeResult.Malformed) result;
    }
}
