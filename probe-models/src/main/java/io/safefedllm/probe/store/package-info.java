/**
 * Files: safetensors, PEFT adapter directories, probe files and sets of labelled updates.
 *
 * <p>In: paths. Out: the values of {@code probe.lora} and {@code probe.model}. Anyone may call. Every file is treated as
 * hostile: sizes are bounded before memory is allocated, and what is malformed is refused with a
 * {@link io.safefedllm.probe.store.StoreException} whose one-line message names the file and the fault. Writing goes to a
 * temporary file that is forced to disk and then renamed, so a reader never sees half a file. Nothing is ever unpickled or
 * deserialised by Java.
 */
@NullMarked
package io.safefedllm.probe.store;

import org.jspecify.annotations.NullMarked;
