/**
 * The verb {@code node}: takes part in a federation as a client, or as an attacker in a drill.
 *
 * <p>In: a model, rows, a SuperLink and maybe a key. Out: replies to the runs of that SuperLink. The client's work is done by
 * {@code client}.
 */
@NullMarked
package io.safefedllm.app.node;

import org.jspecify.annotations.NullMarked;
