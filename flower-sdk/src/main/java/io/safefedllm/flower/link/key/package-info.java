/**
 * The files in which people keep the key of a node: OpenSSH, PKCS #8 and SEC 1, always EC on the curve P-384 and never encrypted.
 *
 * <p>In: bytes of a file. Out: a {@link java.security.KeyPair}, and the other way round for new keys, in the two forms that Flower's own
 * programs read. {@link io.safefedllm.flower.link.key.PemBlock} serves certificates too. What is damaged, encrypted or of another kind is refused with a reason and a remedy.
 */
@NullMarked
package io.safefedllm.flower.link.key;

import org.jspecify.annotations.NullMarked;
