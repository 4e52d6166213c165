/**
 * The envelope: metadata, kind, error.
 *
 * <p>In: {@code flower.record} values and times. Out: {@link io.safefedllm.flower.message.Message}s without an id; {@code
 * flower.object} computes ids, since an id is a hash of the encoded message. Called by everybody. Node ids, run ids are
 * unsigned 64-bit numbers: compare them for equality or with {@link java.lang.Long#compareUnsigned}, print them with {@link
 * java.lang.Long#toUnsignedString(long)}.
 */
@NullMarked
package io.safefedllm.flower.message;

import org.jspecify.annotations.NullMarked;
