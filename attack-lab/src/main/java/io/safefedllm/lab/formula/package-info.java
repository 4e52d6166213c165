/**
 * The formulas of the attack catalogue (AT-1 to AT-21) as pure functions.
 *
 * <p>In: plain vectors in binary64, row-major, and numbers. Out: new vectors; arguments stay as they were. Nothing here draws,
 * reads a clock or knows of messages: draws are arguments. Called by {@code lab.attack} and by anybody who wants the numbers.
 */
@NullMarked
package io.safefedllm.lab.formula;

import org.jspecify.annotations.NullMarked;
