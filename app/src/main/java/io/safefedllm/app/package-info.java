/**
 * The {@code safe-fedllm} command line: starts the process, wires the verbs, ends it with a documented status.
 *
 * <p>In: arguments, environment, standard streams. Out: an exit status, and for a failure one line with a code that has a
 * page under {@code docs/exit-codes}. Called by the launcher. The only module that uses Guice and picocli, reads the wall
 * clock and catches every exception.
 */
@NullMarked
package io.safefedllm.app;

import org.jspecify.annotations.NullMarked;
