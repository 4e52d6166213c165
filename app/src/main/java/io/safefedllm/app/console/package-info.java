/**
 * Talks to the person or program in front of it: streams, progress bars, tables, and the end by Ctrl-C.
 *
 * <p>In: what a verb wants to show. Out: text on standard output (results) and standard error (progress, remarks). Called by
 * the verbs only. Knows nothing of federations.
 */
@NullMarked
package io.safefedllm.app.console;

import org.jspecify.annotations.NullMarked;
