package io.safefedllm.flower.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The header of a {@code .npy} file: what an element is, how the axes are laid out, how long they are.
 *
 * @param descr NumPy's descriptor, for example {@code <f4}
 * @param fortranOrder whether the first axis is the fastest
 * @param shape axis lengths, empty for a scalar
 */
record NpyHeader(String descr, boolean fortranOrder, List<Integer> shape) {
    static final int PREAMBLE = 10;

    private static final byte[] MAGIC_1_0 = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;
    /** NumPy leaves room so that the growing axis can get this many digits without moving the data. */
    private static final int GROWTH_DIGITS = 21;

    NpyHeader {
        shape = List.copyOf(shape);
    }

    /** Returns the bytes up to the data, byte for byte those of NumPy's version 1.0 writer. */
    byte[] encode() {
        String text = "{'descr': '" + descr + "', 'fortran_order': " + (fortranOrder ? "True" : "False") + ", 'shape': "
                + shapeText() + ", }" + growthPadding();
        int unpadded = PREAMBLE + text.length() + 1;
        int padding = ALIGNMENT - unpadded % ALIGNMENT;
        byte[] line = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = Arrays.copyOf(MAGIC_1_0, PREAMBLE + line.length);
        bytes[8] = (byte) line.length;
        bytes[9] = (byte) (line.length >> 8);
        System.arraycopy(line, 0, bytes, PREAMBLE, line.length);
        return bytes;
    }

    private String shapeText() {
        if (shape.size() == 1) {
            return "(" + shape.get(0) + ",)";
        }
        String inside = shape.toString();
        return "(" + inside.substring(1, inside.length() - 1) + ")";
    }

    private String growthPadding() {
        if (shape.isEmpty()) {
            return "";
        }
        int growing = shape.get(fortranOrder ? shape.size() - 1 : 0);
        return " ".repeat(GROWTH_DIGITS - Integer.toString(growing).length());
    }
}
