package io.safefedllm.client.gguf;

import io.safefedllm.probe.store.Binary16;
import java.nio.ByteBuffer;

/** Blocks of 256 elements with scales of their own for every 32 or 16. Float32 in the order of the reference, as {@link SmallBlocks}. */
final class SuperBlocks {
    private static final int GROUPS = 8;
    private static final int GROUP = 32;

    private SuperBlocks() {}

    /** d, m, twelve bytes with eight scales and eight minima of six bits, 128 bytes of halves: low ones for even groups. */
    static void q4k(ByteBuffer in, int at, float[] out, int to) {
        float d = Binary16.widen(in.getShort(at));
        float m = Binary16.widen(in.getShort(at + 2));
        for (int group = 0; group < GROUPS; group++) {
            float scale = d * scale(in, at + 4, group);
            float least = m * least(in, at + 4, group);
            int numbers = at + 16 + group / 2 * GROUP;
            int shift = group % 2 * 4;
            for (int j = 0; j < GROUP; j++) {
                out[to + group * GROUP + j] = scale * (in.get(numbers + j) >> shift & 15) - least;
            }
        }
    }

    private static int scale(ByteBuffer in, int packed, int group) {
        return group < 4
                ? in.get(packed + group) & 63
                : (in.get(packed + group + 4) & 15) | ((in.get(packed + group - 4) >> 6 & 3) << 4);
    }

    private static int least(ByteBuffer in, int packed, int group) {
        return group < 4
                ? in.get(packed + group + 4) & 63
                : (in.get(packed + group + 4) >> 4 & 15) | ((in.get(packed + group) >> 6 & 3) << 4);
    }

    /** 128 bytes of low halves, 64 of upper bit pairs, 16 signed scales, d. Each half of the block has a half of all of them. */
    static void q6k(ByteBuffer in, int at, float[] out, int to) {
        float d = Binary16.widen(in.getShort(at + 208));
        for (int half = 0; half < 2; half++) {
            int low = at + half * 64;
            int high = at + 128 + half * 32;
            int scales = at + 192 + half * 8;
            for (int j = 0; j < 128; j++) {
                int nibble = in.get(low + j % 64) >> (j / 64 * 4) & 15;
                int pair = in.get(high + j % 32) >> (j / 32 * 2) & 3;
                float scale = d * in.get(scales + j / 16);
                out[to + half * 128 + j] = scale * ((nibble | (pair << 4)) - 32);
            }
        }
    }
}
