/**
 * Flower apps on the JVM and the loops that run them over any link.
 *
 * <p>In: a {@link ServerApp} or a {@link ClientApp}, and a {@link io.safefedllm.flower.link.RunLink} or a
 * {@link io.safefedllm.flower.link.NodeLink}. Out: runs that end completed, failed or stopped; instructions answered.
 * {@link EmbeddedFederation} is both sides in one JVM. Called by programs; the only package of the SDK
 * that starts threads of its own accord, reads the clock and draws unseeded chance, all replaceable.
 */
@NullMarked
package io.safefedllm.flower.app;

import org.jspecify.annotations.NullMarked;
