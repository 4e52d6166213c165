package io.safefedllm.probe.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    @TempDir
    private Path directory;

    @Test
    void write_thenOpen_givesTensorsAndMetadataBack() throws IOException {
        Path file = directory.resolve("a.safetensors");
        float[] values = new float[600_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.5f;
        }

        SafetensorsWriter.write(
                file,
                List.of(
                        new NamedTensor("z", List.of(2, 300_000), FloatBuffer.wrap(values)),
                        new NamedTensor("a \"quoted\" ü", List.of(), FloatBuffer.wrap(new float[] {7}))),
                Map.of("format", "pt"));

        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).containsExactly("z", "a \"quoted\" ü");
            assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
            assertThat(read.info("z").shape()).containsExactly(2L, 300_000L);
            assertThat(read.readFloat32("z")).isEqualTo(values);
            assertThat(read.readFloat32("z", 599_998, 2)).containsExactly(299_999f, 299_999.5f);
            assertThat(read.readFloat32("a \"quoted\" ü")).containsExactly(7f);
        }
        assertThat(littleEndian(Files.readAllBytes(file)).getLong() % 8).isZero();
    }

    @Test
    void write_sameNameTwice_isRefusedAndKeepsTheOldFile() throws IOException {
        Path file = Files.writeString(directory.resolve("a.safetensors"), "old");
        NamedTensor tensor = new NamedTensor("a", List.of(1), FloatBuffer.wrap(new float[1]));

        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(tensor, tensor), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(file).hasContent("old");
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void readFloat32_everyFloatType_isWidened() throws IOException {
        byte[] data = new byte[24];
        littleEndian(data)
                .putDouble(0.1)
                .putFloat(-1.5f)
                .putShort((short) 0x3c01)
                .putShort((short) 0x0001)
                .putShort((short) 0xfc00)
                .putShort((short) 0x3f81)
                .putShort((short) 0xff80)
                .putShort((short) 0x7fc0);
        Path file = file(
                "{'d':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},'f':{'dtype':'F32','shape':[1],'data_offsets':[8,12]},"
                        + "'h':{'dtype':'F16','shape':[3],'data_offsets':[12,18]},"
                        + "'b':{'dtype':'BF16','shape':[3],'data_offsets':[18,24]}}",
                data);

        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.readFloat32("d")).containsExactly(0.1f);
            assertThat(read.readFloat32("f")).containsExactly(-1.5f);
            assertThat(read.readFloat32("h")).containsExactly(0x1.004p0f, 0x1p-24f, Float.NEGATIVE_INFINITY);
            assertThat(read.readFloat32("b")).containsExactly(0x1.02p0f, Float.NEGATIVE_INFINITY, Float.NaN);
        }
    }

    @Test
    void readInt64_everyIntegerType_isRead() throws IOException {
        byte[] data = new byte[24];
        ByteBuffer into =
                littleEndian(data).putLong(Long.MIN_VALUE).putInt(-2).putInt(-2).putShort((short) -3);
        into.putShort((short) -3).put((byte) -4).put((byte) -4).put((byte) 1).put((byte) 0);
        Path file = file(
                "{'a':{'dtype':'I64','shape':[1],'data_offsets':[0,8]},'b':{'dtype':'I32','shape':[1],'data_offsets':[8,12]},"
                        + "'c':{'dtype':'U32','shape':[1],'data_offsets':[12,16]},"
                        + "'d':{'dtype':'I16','shape':[1],'data_offsets':[16,18]},"
                        + "'e':{'dtype':'U16','shape':[1],'data_offsets':[18,20]},"
                        + "'f':{'dtype':'I8','shape':[1],'data_offsets':[20,21]},"
                        + "'g':{'dtype':'U8','shape':[1],'data_offsets':[21,22]},"
                        + "'h':{'dtype':'BOOL','shape':[2],'data_offsets':[22,24]}}",
                data);

        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.readInt64("a")).containsExactly(Long.MIN_VALUE);
            assertThat(read.readInt64("b")).containsExactly(-2);
            assertThat(read.readInt64("c")).containsExactly(4294967294L);
            assertThat(read.readInt64("d")).containsExactly(-3);
            assertThat(read.readInt64("e")).containsExactly(65533);
            assertThat(read.readInt64("f")).containsExactly(-4);
            assertThat(read.readInt64("g")).containsExactly(252);
            assertThat(read.readInt64("h")).containsExactly(1, 0);
            assertThatThrownBy(() -> read.readFloat32("a"))
                    .hasMessageEndingWith(": tensor 'a' has type I64; expected F32, F16, BF16 or F64");
        }
    }

    @Test
    void readFloat32_tensorOver2GiB_isReadInPieces() throws IOException {
        long elements = 600_000_000L;
        Path file = file("{'a':{'dtype':'F32','shape':[600000000],'data_offsets':[0,2400000000]}}", new byte[0]);
        long end = Files.size(file) + elements * Float.BYTES;
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(end);
            sparse.seek(end - 4);
            byte[] last = new byte[4];
            littleEndian(last).putFloat(42f);
            sparse.write(last);
        }

        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.readFloat32("a", elements - 2, 2)).containsExactly(0f, 42f);
            assertThat(read.map("a", elements * 4 - 4, 4).getFloat()).isEqualTo(42f);
            assertThatThrownBy(() -> read.readFloat32("a", elements - 1, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a' | the header is not valid JSON",
                "[] | the header is malformed: expected START_OBJECT but found START_ARRAY",
                "{} {} | the header holds more than one JSON object",
                "{'a':1} | entry 'a' is malformed",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],"
                        + "'data_offsets':[0,4]}} | Duplicate field",
                "{'a':{'dtype':'F32','shape':[1]}} | needs dtype, shape and two data_offsets",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}} | needs dtype, shape and two data_offsets",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}} | has an unknown field 'x'",
                "{'a':{'dtype':'Q4','shape':[1],'data_offsets':[0,4]}} | has the unknown type 'Q4'",
                "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | numbers that are not negative",
                "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}} | shape of 'a' is malformed",
                "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}} | not valid JSON",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}} | impossible shape",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | needs 8 bytes",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}} | needs 4 bytes",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | only 8 bytes of data",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 bytes after the last tensor",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | leaves a hole before it",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],"
                        + "'data_offsets':[4,8]}} | overlaps its predecessor",
                "{'':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | empty name",
                "{'__metadata__':{'a':1},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | metadata 'a' is malformed",
                "{'a':{'dtype':'F32','shape':[[2]],'data_offsets':[0,8]}} | shape of 'a' is malformed",
            })
    void open_malformedHeader_isRefusedInOneLine(String header, String fault) throws IOException {
        Path file = file(header, new byte[8]);

        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(fault)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "4, the file has only 4 bytes",
        "9, the header must have 2 to 100000000 bytes but claims 0",
    })
    void open_tooShortFile_isRefused(int length, String fault) throws IOException {
        Path file = Files.write(directory.resolve("short"), new byte[length]);

        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining(fault);
    }

    @ParameterizedTest
    @CsvSource({"-1, claims 18446744073709551615", "100000001, claims 100000001", "50, it is truncated"})
    void open_forgedHeaderLength_isRefusedWithoutAllocation(long length, String fault) throws IOException {
        byte[] bytes = new byte[40];
        littleEndian(bytes).putLong(length);
        Path file = Files.write(directory.resolve("forged"), bytes);

        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void open_anyByteOfAHeaderChanged_neverFailsOtherwiseThanSafetensorsException() throws IOException {
        Path source = file("{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", new byte[8]);
        byte[] sound = Files.readAllBytes(source);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < sound.length - 8; i++) {
            byte[] changed = sound.clone();
            changed[i] ^= (byte) (1 << random.nextInt(8));
            Path file = Files.write(directory.resolve("changed"), changed);
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                assertThat(read.names()).hasSize(1);
            } catch (SafetensorsException e) {
                assertThat(e).hasMessageStartingWith(file + ": ");
            }
        }
    }

    private Path file(String header, byte[] data) throws IOException {
        byte[] json = header.replace('\'', '"').getBytes(UTF_8);
        byte[] bytes = new byte[8 + json.length + data.length];
        littleEndian(bytes).putLong(json.length).put(json).put(data);
        return Files.write(directory.resolve("made.safetensors"), bytes);
    }

    private static ByteBuffer littleEndian(byte[] target) {
        return ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
    }
}
