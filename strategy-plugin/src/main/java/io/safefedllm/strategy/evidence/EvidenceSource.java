package io.safefedllm.strategy.evidence;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the records of a client come from; the setting {@code evidence.source} (SF-13.1). */
public enum EvidenceSource {
    /** The reply's own record where it carries one, else the submitted or the shadow adapter. */
    AUTO,
    /** The answer to a second task that holds the first adapter: one record, T = 1. */
    DISPATCH,
    /** The submitted adapter: one record, T = 1. */
    REPLY,
    /** Records of every local step that the client adds to its replies: a claim, checked by the gate. */
    REPORT;

    /** Returns the name in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether records that a client reports are looked at. */
    public boolean readsReports() {
        return this == AUTO || this == REPORT;
    }

    /** Returns the source of that name in settings. */
    public static Optional<EvidenceSource> named(String key) {
        return Arrays.stream(values())
                .filter(source -> source.key().equals(key))
                .findFirst();
    }

    /** Returns the names in settings, in alphabetical order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(EvidenceSource::key).sorted().toList();
    }
}
