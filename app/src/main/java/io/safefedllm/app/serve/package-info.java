/**
 * The verb {@code serve}: runs the strategy for the runs of a SuperLink, with a deployment's settings under those of a run,
 * and hands on the runs of others.
 *
 * <p>In: runs that {@code flower.app} has claimed. Out: a {@code ServerApp}, or a process of Flower's own executor, and a line
 * for what happens.
 */
@NullMarked
package io.safefedllm.app.serve;

import org.jspecify.annotations.NullMarked;
