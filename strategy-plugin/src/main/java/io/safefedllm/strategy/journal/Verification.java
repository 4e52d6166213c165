package io.safefedllm.strategy.journal;

import java.util.List;

/**
 * What came of checking the files of a run.
 *
 * @param lines lines of the journal
 * @param rounds finished rounds
 * @param weights weights that were recomputed
 * @param adapters adapters that were compared with the digests of their rounds
 * @param unfinished lines after the last finished round
 * @param head SHA-256 of the last line
 * @param findings what does not follow from the rest; empty for a run that is as it was written
 */
public record Verification(
        long lines, int rounds, long weights, int adapters, int unfinished, String head, List<Finding> findings) {
    /** Copies the list. */
    public Verification {
        findings = List.copyOf(findings);
    }

    /** Returns whether nothing was found. */
    public boolean holds() {
        return findings.isEmpty();
    }
}
