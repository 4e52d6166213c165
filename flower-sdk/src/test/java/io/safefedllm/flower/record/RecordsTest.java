package io.safefedllm.flower.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ReadOnlyBufferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordsTest {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    @Test
    void metricGetters_rightKind_giveTheValue() {
        MetricRecord record = MetricRecord.builder()
                .put("n", 3)
                .put("loss", 0.5)
                .put("ns", List.of(1, 2))
                .put("losses", List.of(0.5f, 1f))
                .put("none", List.<Double>of())
                .build();

        assertThat(record.integer("n")).hasValue(3);
        assertThat(record.number("loss")).hasValue(0.5);
        assertThat(record.number("n")).hasValue(3.0);
        assertThat(record.integers("ns")).hasValue(List.of(1L, 2L));
        assertThat(record.numbers("losses")).hasValue(List.of(0.5, 1.0));
        assertThat(record.integers("none")).hasValue(List.of());
        assertThat(record.numbers("none")).hasValue(List.of());
    }

    @Test
    void metricGetters_otherKindOrNothing_areEmpty() {
        MetricRecord record = MetricRecord.builder()
                .put("loss", 0.5)
                .put("big", BigInteger.ONE.shiftLeft(63))
                .put("ns", List.of(1L))
                .build();

        assertThat(record.integer("loss")).isEmpty();
        assertThat(record.integer("big")).isEmpty();
        assertThat(record.integer("nothing")).isEmpty();
        assertThat(record.number("ns")).isEmpty();
        assertThat(record.numbers("ns")).isEmpty();
        assertThat(record.integers("loss")).isEmpty();
        assertThat(record.number("big")).hasValue(0x1p63);
    }

    @Test
    void configGetters_rightKind_giveTheValue() {
        ConfigRecord record = ConfigRecord.builder()
                .put("i", 1)
                .put("d", 0.5)
                .put("f", true)
                .put("t", "x")
                .put("b", Bytes.copyOf(new byte[] {7}))
                .put("is", List.of(1))
                .put("ds", List.of(0.5))
                .put("fs", List.of(true))
                .put("ts", List.of("x"))
                .put("bs", List.of(new byte[] {7}))
                .put("u", TWO_TO_64.subtract(BigInteger.ONE))
                .build();

        assertThat(record.integer("i")).hasValue(1);
        assertThat(record.number("d")).hasValue(0.5);
        assertThat(record.flag("f")).hasValue(true);
        assertThat(record.text("t")).hasValue("x");
        assertThat(record.bytes("b")).hasValue(Bytes.copyOf(new byte[] {7}));
        assertThat(record.integers("is")).hasValue(List.of(1L));
        assertThat(record.numbers("ds")).hasValue(List.of(0.5));
        assertThat(record.flags("fs")).hasValue(List.of(true));
        assertThat(record.texts("ts")).hasValue(List.of("x"));
        assertThat(record.blobs("bs")).hasValue(List.of(Bytes.copyOf(new byte[] {7})));
        assertThat(record.values().get("u")).isEqualTo(new BigInteger("18446744073709551615"));
        assertThat(record.flag("t")).isEmpty();
        assertThat(record.text("f")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, true",
        "-9223372036854775809, false",
        "18446744073709551615, true",
        "18446744073709551616, false"
    })
    void integers_atTheEndsOfTheRange_areExact(BigInteger value, boolean accepted) {
        MetricRecord.Builder builder = MetricRecord.builder().put("a", value);

        if (accepted) {
            assertThat(builder.build().values().get("a")).hasToString(value.toString());
        } else {
            assertThatThrownBy(builder::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(value.toString());
        }
    }

    @Test
    void list_negativeBesideUnsigned_isRefused() {
        List<BigInteger> list = List.of(BigInteger.ONE.negate(), BigInteger.ONE.shiftLeft(63));

        assertThatThrownBy(() -> MetricRecord.of(Map.of("a", list))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void names_withHalfASurrogatePair_areRefused() {
        String half = "a\ud83d";

        assertThatThrownBy(() -> ArrayRecord.of(Map.of(half, GoldenArrays.single())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RecordDict.of(Map.of(half, ArrayRecord.of(Map.of()))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MetricRecord.of(Map.of(half, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConfigRecord.of(Map.of("a", half))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConfigRecord.of(Map.of("a", List.of(half))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void records_sourceChangedAfterwards_stayAsTheyWere() {
        byte[] blob = {1};
        Map<String, Object> values = new LinkedHashMap<>(Map.of("b", blob));
        ConfigRecord record = ConfigRecord.of(values);

        blob[0] = 2;
        values.clear();

        assertThat(record.bytes("b")).hasValue(Bytes.copyOf(new byte[] {1}));
        assertThatThrownBy(() -> record.values().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void equals_otherOrder_isNotEqual() {
        MetricRecord ab = MetricRecord.builder().put("a", 1).put("b", 2).build();
        MetricRecord ba = MetricRecord.builder().put("b", 2).put("a", 1).build();

        assertThat(ab).isNotEqualTo(ba).hasSameHashCodeAs(ba);
        assertThat(ab).isEqualTo(MetricRecord.builder().put("a", 1).put("b", 2).build());
        assertThat(ab).isNotEqualTo(MetricRecord.builder().put("a", 1).build());
        assertThat(ab)
                .isNotEqualTo(MetricRecord.builder().put("a", 1.0).put("b", 2).build());
    }

    @Test
    void dictionary_byKind_keepsOrder() {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put("z", MetricRecord.builder().build());
        records.put("arrays", ArrayRecord.of(Map.of()));
        records.put("a", MetricRecord.builder().put("x", 1).build());
        records.put("config", ConfigRecord.builder().build());

        RecordDict dict = RecordDict.of(records);

        assertThat(dict.records()).containsExactlyEntriesOf(records);
        assertThat(dict.metricRecords()).containsOnlyKeys("z", "a");
        assertThat(dict.metricRecords().keySet()).containsExactly("z", "a");
        assertThat(dict.arrayRecords()).containsOnlyKeys("arrays");
        assertThat(dict.configRecords()).containsOnlyKeys("config");
        assertThat(RecordDict.empty()).isEqualTo(RecordDict.of(Map.of()));
    }

    @Test
    void array_handedOut_isNotTheArrayItself() {
        int[] shape = {1};
        byte[] npy = GoldenArrays.single().toNpy();
        Array array = Array.of("float32", shape, Array.NUMPY_STYPE, npy);

        shape[0] = 9;
        npy[0] = 9;
        array.shape()[0] = 9;
        array.toNpy()[0] = 9;

        assertThat(array).isEqualTo(GoldenArrays.single());
        assertThatThrownBy(() -> array.npyBuffer().put(0, (byte) 9)).isInstanceOf(ReadOnlyBufferException.class);
        assertThat(array.npyLength()).isEqualTo(132);
    }

    @Test
    void array_shapeThatDoesNotFit_isRefused() {
        assertThatThrownBy(() -> Array.ofFloat32(new int[] {2, 2}, 1, 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shape [2, 2] has 4 elements, but there are 3 values");
        assertThatThrownBy(() -> Array.ofFloat32(new int[] {-1, -2}, 1, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Array.of("f", new int[] {-1}, "", new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
