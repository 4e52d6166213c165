/**
 * The verb {@code generate}: answers questions with a base model, with or without an adapter.
 *
 * <p>In: a model directory, questions and how to sample. Out: the model's answers. Trains nothing.
 */
@NullMarked
package io.safefedllm.app.generate;

import org.jspecify.annotations.NullMarked;
