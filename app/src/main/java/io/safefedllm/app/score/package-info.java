/**
 * The verb {@code score}: says how harmful adapters look to a probe.
 *
 * <p>In: a probe file and adapter directories. Out: scores by view and an exit status. Decides as the server would, but outside
 * any run.
 */
@NullMarked
package io.safefedllm.app.score;

import org.jspecify.annotations.NullMarked;
