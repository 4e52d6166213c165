/**
 * The verb {@code model}: fetches, imports and lists base models.
 *
 * <p>In: the name of a model or a GGUF file. Out: a model directory that is whole or absent. The only verb that downloads.
 */
@NullMarked
package io.safefedllm.app.model;

import org.jspecify.annotations.NullMarked;
