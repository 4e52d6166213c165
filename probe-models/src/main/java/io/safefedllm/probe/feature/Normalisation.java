package io.safefedllm.probe.feature;

import java.util.Locale;

/** What is done to the length of a feature before it is scored (SF-1.7). */
public enum Normalisation {
    /** Divide by the Euclidean norm, unless that is below 1e-12. */
    L2,
    /** Leave it as it is. */
    NONE;

    /** Returns the name used in settings and files, {@code l2} or {@code none}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the normalisation with that key.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Normalisation named(String key) {
        return switch (key) {
            case "l2" -> L2;
            case "none" -> NONE;
            default ->
                throw new IllegalArgumentException("unknown normalisation '" + key + "'; choose one of l2, none");
        };
    }
}
