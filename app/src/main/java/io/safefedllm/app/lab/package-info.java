/**
 * The verb {@code lab}: makes corpora, base models, labelled updates and hostile rows, and plays attacks against defences.
 *
 * <p>In: seeds and sizes. Out: training files, a model, updates, and the tables of attacks and scenarios. The experiments
 * themselves are in the module {@code attack-lab}.
 */
@NullMarked
package io.safefedllm.app.lab;

import org.jspecify.annotations.NullMarked;
