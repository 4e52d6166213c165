/**
 * Turns train messages into training jobs and their results into replies.
 *
 * <p>In: messages of Flower, with one adapter each. Out: the trained adapter and its metrics, in the records that Flower's own
 * strategies expect. Called by nodes through {@link io.safefedllm.flower.app.ClientApp}; the only package of this module that knows
 * Flower.
 */
@NullMarked
package io.safefedllm.client.exchange;

import org.jspecify.annotations.NullMarked;
