/**
 * What hostile clients do.
 *
 * <p>In: the rows that a client would train on were it honest, and harmful ones. Out: the rows that it trains on. Called by
 * {@code lab.simulate}; {@link io.safefedllm.lab.attack.Attacks} is the one table of names that code, help texts and documents
 * read.
 */
@NullMarked
package io.safefedllm.lab.attack;

import org.jspecify.annotations.NullMarked;
