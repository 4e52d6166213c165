/**
 * Says why the program failed: the closed list of failure codes and the one line that ends every failure.
 *
 * <p>In: exceptions of any part. Out: {@link io.safefedllm.app.failure.FailureReport}, a line and an exit status. Called by
 * the command line and thrown by every verb. Knows nothing of options.
 */
@NullMarked
package io.safefedllm.app.failure;

import org.jspecify.annotations.NullMarked;
