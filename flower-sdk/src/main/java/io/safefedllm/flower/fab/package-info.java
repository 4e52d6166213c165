/**
 * Flower app bundles (FAB): reading them from a SuperLink, building them, and the run configuration they declare.
 *
 * <p>In: bytes of a peer, overrides of a run. Out: {@link io.safefedllm.flower.fab.Fab}, a flat configuration. Called by
 * {@code flower.link}, {@code flower.app} and tests. Nothing of a bundle is unpacked to disk or executed.
 */
@NullMarked
package io.safefedllm.flower.fab;

import org.jspecify.annotations.NullMarked;
