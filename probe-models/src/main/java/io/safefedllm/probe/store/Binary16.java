package io.safefedllm.probe.store;

/** IEEE binary16, which Java 17 does not know: exact widening and rounding to nearest, ties to even. */
public final class Binary16 {
    private static final int EXPONENT_GAP = 127 - 15;
    private static final int FRACTION_GAP = 23 - 10;
    private static final float LEAST_NORMAL = 0x1p-14f;
    private static final float LEAST_OVERFLOWING = 65520f;

    private Binary16() {}

    /** Widens a binary16 exactly; subnormal numbers, infinities and NaN included. */
    public static float widen(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | 0x7f80_0000 | fraction << FRACTION_GAP);
        }
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + EXPONENT_GAP) << 23 | fraction << FRACTION_GAP);
    }

    /** Rounds a binary32; from 65520 on the result is infinite, a NaN stays one. */
    public static short narrow(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= LEAST_OVERFLOWING) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < LEAST_NORMAL) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
        }
        int bits = Float.floatToRawIntBits(magnitude);
        int rounded = bits + (1 << (FRACTION_GAP - 1)) - 1 + ((bits >>> FRACTION_GAP) & 1);
        return (short) (sign | ((rounded >>> FRACTION_GAP) - (EXPONENT_GAP << 10)));
    }
}
