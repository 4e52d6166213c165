/**
 * Immutable arrays, metrics, configs and the dictionary that holds them.
 *
 * <p>In: values of an application, or what {@code flower.object} decoded from a peer. Out: values. Called by everybody.
 * Order of entries is kept everywhere, because it decides the ids of objects. Values are checked when a record is made,
 * by Flower's rules: what a record holds, Flower's Python can read.
 *
 * <p>The {@code .npy} format lives here and not in {@code flower.object} since an {@link
 * io.safefedllm.flower.record.Array} is nothing but a {@code .npy} file with a label.
 */
@NullMarked
package io.safefedllm.flower.record;

import org.jspecify.annotations.NullMarked;
