package io.safefedllm.app.console;

import java.io.PrintStream;

/**
 * Where a verb prints: results on {@code out}, progress and remarks on {@code err}.
 *
 * @param out standard output, what other programs read
 * @param err standard error
 * @param terminal whether {@code err} is a terminal, so that a line may be drawn over
 */
public record Console(PrintStream out, PrintStream err, boolean terminal) {
    /** The system property by which the launcher says whether standard error is a terminal. */
    public static final String TERMINAL_PROPERTY = "safefedllm.terminal";

    /** Returns the console of this process. */
    public static Console ofProcess() {
        return new Console(System.out, System.err, Boolean.getBoolean(TERMINAL_PROPERTY));
    }
}
