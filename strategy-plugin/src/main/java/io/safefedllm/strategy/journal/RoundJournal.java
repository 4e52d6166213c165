package io.safefedllm.strategy.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes down every decision of a run, one JSON line each: {@code run} first, then for each round one {@code client} line
 * for each node that was drawn and one {@code round} line.
 *
 * <p>Every weight can be recomputed from the lines alone. Node ids are decimal strings, unsigned. Numbers that do not
 * exist are null, as are non-finite ones, but for the length of an update, which has their name. The lines of a round's clients are on disk before its own line: a round without
 * its line has not ended. Nothing in a line depends on the time. One writer.
 */
public final class RoundJournal implements AutoCloseable {
    private final JournalFile file;

    private RoundJournal(JournalFile file) {
        this.file = file;
    }

    /**
     * Opens a journal to go on after a mark. What a crash left behind the mark is cut off; an empty journal gets its first
     * line.
     *
     * @param run what the first line says, where there is none yet
     * @throws JournalException if the file is not the one that the mark was taken of
     * @throws IOException if it cannot be read or cut
     */
    public static RoundJournal resume(Path path, JournalMark mark, Map<String, Object> run) throws IOException {
        JournalFile file = JournalFile.resume(path, mark);
        if (mark.seq() == 0) {
            file.append("run", List.of(run));
        }
        return new RoundJournal(file);
    }

    /** Writes the lines of a round. */
    public void write(RoundReport report) {
        file.append(
                "client",
                report.clients().stream()
                        .map(client -> JournalLines.client(report.round(), client))
                        .toList());
        file.append("round", List.of(JournalLines.round(report)));
    }

    /** Returns how far the journal goes now. */
    public JournalMark mark() {
        return file.mark();
    }

    @Override
    public void close() {
        file.close();
    }
}
