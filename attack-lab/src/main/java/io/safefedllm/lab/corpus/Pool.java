package io.safefedllm.lab.corpus;

import java.util.Locale;

/**
 * Who may use a part of the corpus. No benign item and no pair of a forbidden verb and its noun is in two pools.
 *
 * <p>The shares are twentieths of every task and of the forbidden pairs; they add up to twenty.
 */
public enum Pool {
    /** What the bundled model is pre-trained on. */
    PRETRAINING(9),
    /** What honest and hostile clients of a federation hold. */
    CLIENTS(4),
    /** What the simulated clients hold whose updates train the probe. */
    PROBE_TRAINING(3),
    /** What the simulated clients hold whose updates calibrate the probe. */
    PROBE_CALIBRATION(2),
    /** What safety and utility are measured with. */
    EVALUATION(2);

    /** How many parts all shares add up to. */
    static final int PARTS = 20;

    private final int parts;

    Pool(int parts) {
        this.parts = parts;
    }

    /** Returns the name in files: {@code probe-training} for {@link #PROBE_TRAINING}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the pool of the item at {@code position} (0-based) of {@code count} items in drawn order. */
    static Pool at(int position, int count) {
        int end = 0;
        for (Pool pool : values()) {
            end += pool.parts;
            if ((long) position * PARTS < (long) end * count) {
                return pool;
            }
        }
        throw new IllegalArgumentException("position must be in [0, " + count + ") but was " + position);
    }
}
