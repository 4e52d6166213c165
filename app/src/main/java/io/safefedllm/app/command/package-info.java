/**
 * The verbs of the command line, one class each.
 *
 * <p>In: options. Out: what the verb prints and writes. Called by picocli. A verb checks what it was given, calls one part of
 * the product and shows the result; it decides nothing itself.
 */
@NullMarked
package io.safefedllm.app.command;

import org.jspecify.annotations.NullMarked;
