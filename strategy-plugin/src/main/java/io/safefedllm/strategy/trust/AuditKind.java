package io.safefedllm.strategy.trust;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** When a client that has earned trust must show a shadow run again (SF-7.10). */
public enum AuditKind {
    /** By a draw that nobody without the key can foresee, asked for after the main update is committed. */
    RANDOM,
    /** Every so many participations, as in the paper; a client can count along. */
    COUNTER;

    /** Returns the name in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the kind of that name in settings. */
    public static Optional<AuditKind> named(String key) {
        return Arrays.stream(values()).filter(kind -> kind.key().equals(key)).findFirst();
    }

    /** Returns the names in settings, in alphabetical order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(AuditKind::key).sorted().toList();
    }
}
