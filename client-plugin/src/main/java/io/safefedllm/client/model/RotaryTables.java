package io.safefedllm.client.model;

import io.safefedllm.client.checkpoint.RotarySettings;

/**
 * Angles of the rotary embedding (LORA-TRAINER 2), two-halves layout, computed in float32 as the reference does.
 *
 * <p>For head width d there are d / 2 frequencies; a table row holds them twice, [c|c]. Immutable, thread-safe.
 */
final class RotaryTables {
    private final float[] inverseFrequencies;

    RotaryTables(RotarySettings settings, int headDim) {
        this.inverseFrequencies = settings.inverseFrequencies(headDim);
    }

    float[] inverseFrequencies() {
        return inverseFrequencies.clone();
    }

    /** Cosines [P, d] for P positions, each multiplied by {@code scale}. */
    float[] cosines(int[] positions, float scale) {
        float[] table = new float[positions.length * 2 * inverseFrequencies.length];
        for (int p = 0; p < positions.length; p++) {
            for (int i = 0; i < inverseFrequencies.length; i++) {
                float value = (float) Math.cos(positions[p] * inverseFrequencies[i]) * scale;
                table[at(p, i)] = value;
                table[at(p, i) + inverseFrequencies.length] = value;
            }
        }
        return table;
    }

    /**
     * Sines [P, d] for P positions with the sign of the rotation in them, [-s|s]: multiplied with [hi|lo] they give the
     * second term of the rotation.
     */
    float[] signedSines(int[] positions, float scale) {
        float[] table = new float[positions.length * 2 * inverseFrequencies.length];
        for (int p = 0; p < positions.length; p++) {
            for (int i = 0; i < inverseFrequencies.length; i++) {
                float value = (float) Math.sin(positions[p] * inverseFrequencies[i]) * scale;
                table[at(p, i)] = -value;
                table[at(p, i) + inverseFrequencies.length] = value;
            }
        }
        return table;
    }

    private int at(int position, int frequency) {
        return position * 2 * inverseFrequencies.length + frequency;
    }
}
