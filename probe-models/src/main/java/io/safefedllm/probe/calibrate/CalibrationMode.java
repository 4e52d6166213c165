package io.safefedllm.probe.calibrate;

/** How the sources of benign updates share the false-positive budget (SF-7.9). */
public enum CalibrationMode {
    /** Every source on its own must keep the budget; the largest quantile decides. */
    MAX_SOURCE("max-source"),
    /** All scores count as one source. */
    POOLED("pooled");

    private final String key;

    CalibrationMode(String key) {
        this.key = key;
    }

    /** Returns the name used in settings and files. */
    public String key() {
        return key;
    }

    /**
     * Returns the mode with that key.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static CalibrationMode named(String key) {
        for (CalibrationMode mode : values()) {
            if (mode.key.equals(key)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("unknown calibration mode '" + key + "'; choose one of max-source, pooled");
    }
}
