/**
 * Digests. In: bytes, texts and files. Out: SHA-256. Anyone may call. Knows nothing of what is digested.
 */
@NullMarked
package io.safefedllm.probe.digest;

import org.jspecify.annotations.NullMarked;
