package io.safefedllm.it.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Reads and writes NumPy's {@code .npz} files of float32 arrays in C order, independently of the code under test. */
public final class NpzFile {

    private static final Pattern HEADER =
            Pattern.compile("'descr': '<f4', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\)");
    private static final int PREFIX = 10;
    private static final int ALIGNMENT = 64;

    private NpzFile() {}

    /** A float32 array of any shape, row by row. */
    public static final class Tensor {
        private final List<Integer> shape;
        private final float[] values;

        public Tensor(List<Integer> shape, float[] values) {
            this.shape = List.copyOf(shape);
            this.values = values.clone();
        }

        public List<Integer> shape() {
            return shape;
        }

        public float[] toArray() {
            return values.clone();
        }
    }

    public static void write(Path file, Map<String, Tensor> tensors) {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
                zip.putNextEntry(new ZipEntry(tensor.getKey() + ".npy"));
                zip.write(npy(tensor.getValue()));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Map<String, Tensor> read(Path file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                String name = entry.getName().replaceAll("\\.npy$", "");
                tensors.put(name, tensor(zip.getInputStream(entry).readAllBytes()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tensors;
    }

    private static byte[] npy(Tensor tensor) {
        String shape = tensor.shape().stream().map(size -> size + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
        int padding = ALIGNMENT - (PREFIX + header.length() + 1) % ALIGNMENT;
        byte[] text = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer data =
                ByteBuffer.allocate(Float.BYTES * tensor.values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(tensor.values);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(
                new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, (byte) (text.length >> 8)});
        bytes.writeBytes(text);
        bytes.writeBytes(data.array());
        return bytes.toByteArray();
    }

    private static Tensor tensor(byte[] npy) {
        int length = Byte.toUnsignedInt(npy[8]) + 256 * Byte.toUnsignedInt(npy[9]);
        String header = new String(npy, PREFIX, length, StandardCharsets.US_ASCII);
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.find()) {
            throw new AssertionError("expected a float32 array in C order but found " + header);
        }
        List<Integer> shape = Pattern.compile("[0-9]+")
                .matcher(matcher.group(1))
                .results()
                .map(size -> Integer.valueOf(size.group()))
                .toList();
        float[] values = new float[(npy.length - PREFIX - length) / Float.BYTES];
        ByteBuffer.wrap(npy, PREFIX + length, Float.BYTES * values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new Tensor(shape, values);
    }
}
