/**
 * Whole federations of real processes, and the architecture rules of all modules.
 *
 * <p>In: the commands of this repository and releases of Flower from the Python package index. Out: verdicts. Nobody
 * calls this package.
 */
@NullMarked
package io.safefedllm.it;

import org.jspecify.annotations.NullMarked;
