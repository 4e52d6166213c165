package io.safefedllm.strategy.gate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which adapter is taken off a client's before it is scored; the setting {@code delta-base} (SF-1.5). */
public enum DeltaBase {
    /** The one that the run started from: this round's for the main run, the first for the shadow run. */
    AUTO,
    /** This round's adapter, for both runs. */
    GLOBAL,
    /** The run's first adapter, for both runs; what the paper's text says. */
    INITIAL;

    /** Returns the name in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the base of that name in settings. */
    public static Optional<DeltaBase> named(String key) {
        return Arrays.stream(values()).filter(base -> base.key().equals(key)).findFirst();
    }

    /** Returns the names in settings. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(DeltaBase::key).toList();
    }
}
