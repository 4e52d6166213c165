package io.safefedllm.client.gguf;

import io.safefedllm.probe.store.Binary16;
import java.nio.ByteBuffer;

/**
 * Blocks of 32 elements: a scale, maybe a minimum, then the numbers. Element j is the low half of byte j and element j + 16 its high
 * half. All arithmetic is float32 in the order of the reference, so the results are its bits.
 */
final class SmallBlocks {
    private static final int HALF = 16;

    private SmallBlocks() {}

    static void q40(ByteBuffer in, int at, float[] out, int to) {
        float scale = Binary16.widen(in.getShort(at));
        for (int j = 0; j < HALF; j++) {
            int pair = in.get(at + 2 + j);
            out[to + j] = scale * ((pair & 15) - 8);
            out[to + HALF + j] = scale * ((pair >> 4 & 15) - 8);
        }
    }

    static void q41(ByteBuffer in, int at, float[] out, int to) {
        float scale = Binary16.widen(in.getShort(at));
        float least = Binary16.widen(in.getShort(at + 2));
        for (int j = 0; j < HALF; j++) {
            int pair = in.get(at + 4 + j);
            out[to + j] = scale * (pair & 15) + least;
            out[to + HALF + j] = scale * (pair >> 4 & 15) + least;
        }
    }

    static void q50(ByteBuffer in, int at, float[] out, int to) {
        float scale = Binary16.widen(in.getShort(at));
        int fifth = in.getInt(at + 2);
        for (int j = 0; j < HALF; j++) {
            int pair = in.get(at + 6 + j);
            out[to + j] = scale * (((pair & 15) | bit(fifth, j)) - 16);
            out[to + HALF + j] = scale * (((pair >> 4 & 15) | bit(fifth, HALF + j)) - 16);
        }
    }

    static void q51(ByteBuffer in, int at, float[] out, int to) {
        float scale = Binary16.widen(in.getShort(at));
        float least = Binary16.widen(in.getShort(at + 2));
        int fifth = in.getInt(at + 4);
        for (int j = 0; j < HALF; j++) {
            int pair = in.get(at + 8 + j);
            out[to + j] = scale * ((pair & 15) | bit(fifth, j)) + least;
            out[to + HALF + j] = scale * ((pair >> 4 & 15) | bit(fifth, HALF + j)) + least;
        }
    }

    static void q80(ByteBuffer in, int at, float[] out, int to) {
        float scale = Binary16.widen(in.getShort(at));
        for (int j = 0; j < 2 * HALF; j++) {
            out[to + j] = scale * in.get(at + 2 + j);
        }
    }

    /** The fifth bit of element {@code j}, in its place. */
    private static int bit(int fifth, int j) {
        return (fifth >>> j & 1) << 4;
    }
}
