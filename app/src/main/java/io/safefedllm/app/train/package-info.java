/**
 * The verb {@code train}: trains an adapter on this machine, without any federation.
 *
 * <p>In: a model and rows. Out: an adapter directory that can be gone on with, and figures of the training.
 */
@NullMarked
package io.safefedllm.app.train;

import org.jspecify.annotations.NullMarked;
