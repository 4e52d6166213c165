package io.safefedllm.strategy.journal;

/**
 * How far a journal goes.
 *
 * @param seq number of the last line; 0 for an empty journal
 * @param head SHA-256 of the last line; 64 zeros for an empty journal
 * @param bytes length of the file up to there
 */
public record JournalMark(long seq, String head, long bytes) {
    /** An empty journal. */
    public static final JournalMark START = new JournalMark(0, JournalFile.NO_LINE, 0);
}
