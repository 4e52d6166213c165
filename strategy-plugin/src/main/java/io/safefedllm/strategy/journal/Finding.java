package io.safefedllm.strategy.journal;

/**
 * Something in the files of a run that does not follow from the rest.
 *
 * @param line number of the journal's line, 0 for another file
 * @param field the field, or the file
 * @param text what is wrong, without a full stop
 */
public record Finding(long line, String field, String text) {
    /** Makes the finding about a value that the replay does not give. */
    static Finding differs(long line, String field, Object written, Object recomputed) {
        return new Finding(line, field, "says " + written + " but the recomputation gives " + recomputed);
    }

    /** Returns the finding in one line, as people see it. */
    @Override
    public String toString() {
        return (line == 0 ? "" : "line " + line + ", ") + field + ": " + text;
    }
}
