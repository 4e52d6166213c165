/**
 * Bytes to values and back: content-addressed objects, trees of them, message ids, records as protobuf.
 *
 * <p>In: {@code flower.message} and {@code flower.record} values, or bytes of a peer. Out: the other of the two. Called by
 * {@code flower.link}, its adapters and {@code flower.app}. Knows no network and no clock.
 *
 * <p>Whatever comes from a peer is bounded by {@link io.safefedllm.flower.object.InflateLimits} and checked before it is
 * used; what is wrong with it comes out as the checked {@link io.safefedllm.flower.object.MalformedObjectException} and in no
 * other way. The bytes made here are those that Flower's Python makes, so that ids agree.
 */
@NullMarked
package io.safefedllm.flower.object;

import org.jspecify.annotations.NullMarked;
