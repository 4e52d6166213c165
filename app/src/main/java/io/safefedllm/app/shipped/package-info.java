/**
 * What ships with the program: its version, a small model and a probe.
 *
 * <p>In: what the build wrote and the launcher says. Out: a version and paths. Called by the verbs that print the one or fall
 * back on the others.
 */
@NullMarked
package io.safefedllm.app.shipped;

import org.jspecify.annotations.NullMarked;
