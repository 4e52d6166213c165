/**
 * Compares the program with the golden vectors of the defence: one check by kind of vector, and every file must have one.
 *
 * <p>In: {@code golden/defence/*.json}. Out: agreement within each file's own tolerance. Uses public API only.
 */
@NullMarked
package io.safefedllm.golden;

import org.jspecify.annotations.NullMarked;
