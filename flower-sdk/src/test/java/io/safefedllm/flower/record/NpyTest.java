package io.safefedllm.flower.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    private static final String PLAIN = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

    @Test
    void encode_ordinaryShape_takes128Bytes() {
        assertThat(new NpyHeader("<f4", false, List.of(8, 4096)).encode()).hasSize(128);
        assertThat(Array.ofFloat32(new int[] {}, 1f).npyLength()).isEqualTo(132);
    }

    static Stream<Arguments> numpyHeaders() {
        JsonNode headers = GoldenFiles.read("npy_headers.json").get("headers");
        return StreamSupport.stream(headers.spliterator(), false).map(header -> {
            List<Integer> shape = new ArrayList<>();
            header.get("shape").forEach(size -> shape.add(size.intValue()));
            NpyHeader ours = new NpyHeader(
                    header.get("descr").textValue(), header.get("fortran").booleanValue(), shape);
            return Arguments.of(ours, header.get("text").textValue());
        });
    }

    @ParameterizedTest
    @MethodSource("numpyHeaders")
    void header_ofNumpy_isWrittenAndReadBack(NpyHeader header, String expected) throws FormatException {
        byte[] bytes = header.encode();

        assertThat(new String(bytes, 10, bytes.length - 10, StandardCharsets.US_ASCII))
                .isEqualTo(expected);
        assertThat((bytes[8] & 0xff) | (bytes[9] & 0xff) << 8).isEqualTo(expected.length());
        assertThat(NpyParser.parse(bytes, NpyParser.dataOffset(bytes))).isEqualTo(header);
    }

    @Test
    void decode_fortranOrder3d_givesCOrder() throws FormatException {
        int[] shape = {2, 3, 4};
        byte[] header = new NpyHeader("<i4", true, List.of(2, 3, 4)).encode();
        ByteBuffer npy = ByteBuffer.allocate(header.length + 4 * 24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header);
        for (int k = 0; k < 4; k++) {
            for (int j = 0; j < 3; j++) {
                for (int i = 0; i < 2; i++) {
                    npy.putInt(100 * i + 10 * j + k);
                }
            }
        }

        NpyView view = Array.of("int32", shape, Array.NUMPY_STYPE, npy.array()).decode();

        assertThat(view.isFortranOrder()).isTrue();
        assertThat(view.shape()).containsExactly(2, 3, 4);
        long[] values = view.toInt64();
        for (int at = 0; at < 24; at++) {
            assertThat(values[at]).isEqualTo(100L * (at / 12) + 10L * (at / 4 % 3) + at % 4);
        }
    }

    @Test
    void toFloat32_fortranGolden_givesCOrder() throws FormatException {
        assertThat(golden("array_f32_fortran_2x3").toFloat32()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(golden("array_f32_transposed_3x2").toFloat32()).containsExactly(1, 4, 2, 5, 3, 6);
    }

    @Test
    void toFloat32_bigEndianAndHalf_areWidened() throws FormatException {
        assertThat(golden("array_f32_big_endian").toFloat32()).containsExactly(1, 2);
        assertThat(golden("array_f16").toFloat32()).containsExactly(1.5f, -2);
    }

    @Test
    void toFloat32_specialValues_keepTheirBits() throws FormatException {
        float[] values = golden("array_f32_special").toFloat32();

        assertThat(values[0]).isNaN();
        assertThat(Float.floatToRawIntBits(values[3])).isEqualTo(0x8000_0000);
        assertThat(values[4]).isEqualTo(Float.MIN_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "0000, 0.0", "8000, -0.0", "0001, 5.9604645E-8", "03ff, 6.097555E-5", "0400, 6.1035156E-5", "3c00, 1.0",
        "bc00, -1.0", "7bff, 65504.0", "7c00, Infinity", "fc00, -Infinity", "7e00, NaN", "3555, 0.33325195"
    })
    void toFloat32_float16_isExact(String bits, float expected) throws FormatException {
        short half = (short) Integer.parseInt(bits, 16);
        Array array = GoldenArrays.npy("float16", "<f2", List.of(1), 2, data -> data.putShort(half));

        assertThat(array.toFloat32()).containsExactly(expected);
        assertThat(array.decode().toFloat64()).containsExactly(expected);
    }

    @ParameterizedTest
    @MethodSource("integers")
    void toInt64_everyIntegerType_isWidened(String descr, int itemSize, long minusOne) throws FormatException {
        byte[] ones = new byte[itemSize];
        Arrays.fill(ones, (byte) 0xff);
        Array array = GoldenArrays.npy("", descr, List.of(2), 2 * itemSize, data -> data.put(ones));

        assertThat(array.decode().toInt64()).containsExactly(minusOne, 0);
    }

    static Stream<Arguments> integers() {
        return Stream.of(
                Arguments.of("|b1", 1, 1L),
                Arguments.of("|i1", 1, -1L),
                Arguments.of("|u1", 1, 255L),
                Arguments.of("<i2", 2, -1L),
                Arguments.of(">u2", 2, 65_535L),
                Arguments.of(">i4", 4, -1L),
                Arguments.of("<u4", 4, 4_294_967_295L),
                Arguments.of("<i8", 8, -1L));
    }

    @Test
    void toInt64_uint64AboveRange_isRefused() {
        Array array = GoldenArrays.npy("uint64", "<u8", List.of(1), 8, data -> data.putLong(-1));

        assertThatThrownBy(() -> array.decode().toInt64())
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("18446744073709551615");
    }

    @Test
    void conversions_acrossFamilies_areRefused() {
        assertThatThrownBy(() -> golden("array_i64").toFloat32()).isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> golden("array_f64").toFloat32()).isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> golden("array_f64").decode().toInt64()).isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> golden("array_bool").decode().toFloat64()).isInstanceOf(FormatException.class);
    }

    @Test
    void decode_voidElements_areRefusedByName() {
        assertThatThrownBy(() -> golden("array_bf16_ml_dtypes").decode())
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("<V2")
                .hasMessageContaining("float32");
    }

    @Test
    void decode_noBytes_isRefused() {
        assertThatThrownBy(() -> golden("array_raw_empty").decode()).isInstanceOf(FormatException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void decode_everyVersion_isRead(int version) throws FormatException {
        Array array = file(version, PLAIN + "\n", 8);

        assertThat(array.decode().shape()).containsExactly(2);
        assertThat(array.toFloat32()).containsExactly(0, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'shape': (2,), 'fortran_order': False, 'descr': '<f4'}",
                "{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(2,)}   \n",
                "{ 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , ) , }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2,), }"
            })
    void decode_otherSpellings_areRead(String header) throws FormatException {
        assertThat(file(1, header, 8).toFloat32()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{'descr': '<f4', 'fortran_order': False}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': 2, }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2 1), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': (2,), }",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': 'f4', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '|f4', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483648,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 4), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), }"
            })
    void decode_malformedHeader_isRefused(String header) {
        assertThatThrownBy(() -> file(1, header, 8).decode()).isInstanceOf(FormatException.class);
    }

    @ParameterizedTest
    @CsvSource({"64, true", "65, false"})
    void decode_axes_areBounded(int axes, boolean read) throws FormatException {
        String header = "{'descr': '|u1', 'fortran_order': True, 'shape': (" + "1, ".repeat(axes) + "), }";
        Array array = file(1, header, 1);

        if (read) {
            assertThat(array.decode().toInt64()).containsExactly(0);
        } else {
            assertThatThrownBy(array::decode).isInstanceOf(FormatException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"9999, true", "10000, true", "10001, false"})
    void decode_headerLength_isBounded(int length, boolean read) throws FormatException {
        Array array = file(2, PLAIN + " ".repeat(length - PLAIN.length()), 8);

        if (read) {
            assertThat(array.toFloat32()).hasSize(2);
        } else {
            assertThatThrownBy(array::decode).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void decode_zeroAxisBesideHugeOnes_isEmpty() throws FormatException {
        Array array = file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 0), }", 0);

        assertThat(array.toFloat32()).isEmpty();
    }

    @Test
    void decode_unknownVersion_isRefused() {
        for (int version : new int[] {0, 4, -1}) {
            assertThatThrownBy(() -> file(version, PLAIN, 8).decode()).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void decode_everyTruncation_isRefused() {
        byte[] npy = GoldenArrays.twoByTwo().toNpy();

        for (int length = 0; length < npy.length; length++) {
            byte[] cut = Arrays.copyOf(npy, length);
            assertThatThrownBy(() -> raw(cut).decode()).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void decode_randomMutations_giveNumbersOrFormatException() {
        Random dice = new Random(20_260_101);
        byte[] npy = golden("array_f32_fortran_2x3").toNpy();
        int readable = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] mutant = npy.clone();
            for (int flips = 1 + dice.nextInt(3); flips > 0; flips--) {
                mutant[dice.nextInt(mutant.length)] = (byte) dice.nextInt(256);
            }
            try {
                assertThat(raw(mutant).toFloat32()).hasSize(6);
                readable++;
            } catch (FormatException e) {
                assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
            }
        }

        assertThat(readable).isBetween(1000, 49_000);
    }

    private static Array golden(String name) {
        return GoldenArrays.named(name);
    }

    private static Array raw(byte[] npy) {
        return Array.of("float32", new int[] {}, Array.NUMPY_STYPE, npy);
    }

    private static Array file(int version, String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        int lengthBytes = version == 1 ? 2 : 4;
        ByteBuffer npy = ByteBuffer.allocate(8 + lengthBytes + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            npy.putShort((short) text.length);
        } else {
            npy.putInt(text.length);
        }
        return raw(npy.put(text).array());
    }
}
