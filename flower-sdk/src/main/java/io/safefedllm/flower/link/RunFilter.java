package io.safefedllm.flower.link;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Decides which runs an executor takes: all, or those of listed apps. Immutable.
 *
 * <p>An app is listed by its FAB id ({@code publisher/name}) or by the SHA-256 of its FAB. Wires show one or the other, or
 * neither, before a run's inputs are pulled; hence the third answer.
 */
public final class RunFilter {

    /** The answer for one run. */
    public enum Verdict {
        OURS,
        FOREIGN,
        /** What is known of the run does not decide; its inputs will. */
        UNDECIDED
    }

    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern ID = Pattern.compile("@?[^/\\s@]+/[^/\\s@]+");

    private final boolean all;
    private final Set<String> fabIds;
    private final Set<String> fabHashes;

    private RunFilter(boolean all, Set<String> fabIds, Set<String> fabHashes) {
        this.all = all;
        this.fabIds = fabIds;
        this.fabHashes = fabHashes;
    }

    /** Takes every run. */
    public static RunFilter all() {
        return new RunFilter(true, Set.of(), Set.of());
    }

    /**
     * Takes the runs of the listed apps.
     *
     * @param apps FAB ids, with or without a leading {@code @}, and FAB hashes, mixed
     * @throws IllegalArgumentException if the list is empty or an entry is neither
     */
    public static RunFilter of(List<String> apps) {
        if (apps.isEmpty()) {
            throw new IllegalArgumentException("a run filter needs at least one FAB id or FAB hash");
        }
        Set<String> ids = new LinkedHashSet<>();
        Set<String> hashes = new LinkedHashSet<>();
        for (String app : apps) {
            if (HASH.matcher(app).matches()) {
                hashes.add(app.toLowerCase(Locale.ROOT));
            } else if (ID.matcher(app).matches()) {
                ids.add(app.startsWith("@") ? app.substring(1) : app);
            } else {
                throw new IllegalArgumentException(
                        "'" + app
                                + "' is neither a FAB id (publisher/name) nor a FAB hash (64 hexadecimal digits); check --runs");
            }
        }
        return new RunFilter(false, Set.copyOf(ids), Set.copyOf(hashes));
    }

    /** Decides from what is known of a run's app. */
    public Verdict decide(Optional<String> fabId, Optional<String> fabHash) {
        if (all
                || fabId.filter(fabIds::contains).isPresent()
                || fabHash.filter(fabHashes::contains).isPresent()) {
            return Verdict.OURS;
        }
        boolean idMayMatch = fabId.isEmpty() && !fabIds.isEmpty();
        boolean hashMayMatch = fabHash.isEmpty() && !fabHashes.isEmpty();
        return idMayMatch || hashMayMatch ? Verdict.UNDECIDED : Verdict.FOREIGN;
    }

    @Override
    public String toString() {
        if (all) {
            return "all runs";
        }
        Set<String> apps = new TreeSet<>(fabIds);
        apps.addAll(fabHashes);
        return "runs of " + String.join(", ", apps);
    }
}
