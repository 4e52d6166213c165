/**
 * What {@code serve} puts around the strategy: a deployment's settings under those of a run, and the way out for runs of
 * others.
 *
 * <p>In: runs that {@code flower.app} has claimed. Out: a {@code ServerApp}, or a process of Flower's own executor. Called by
 * the verb {@code serve} only.
 */
@NullMarked
package io.safefedllm.app.serve;

import org.jspecify.annotations.NullMarked;
