package io.safefedllm.strategy.trust;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which defaults a run's options have; an option given explicitly always wins (SF-0.1). */
public enum Mode {
    /** Fails closed, forgives, cannot be gamed by waiting (SF-7). */
    HARDENED("hardened"),
    /** As the authors' code, weaknesses included (SF-1 to SF-6). */
    PAPER_FAITHFUL("paper-faithful");

    private final String key;

    Mode(String key) {
        this.key = key;
    }

    /** Returns the name in settings. */
    public String key() {
        return key;
    }

    /** Returns the mode of that name in settings. */
    public static Optional<Mode> named(String key) {
        return Arrays.stream(values()).filter(mode -> mode.key.equals(key)).findFirst();
    }

    /** Returns the names in settings, in alphabetical order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(Mode::key).sorted().toList();
    }
}
