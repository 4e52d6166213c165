package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.key.KeyFiles;
import io.safefedllm.flower.link.key.PemBlock;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The key that is a node's identity, and the signature that every call of a node carries (PROTOCOL 9.4).
 *
 * <p>Only the time stamp is signed. The PEM text is what the SuperLink stores, so it is made once and never varies.
 * Thread-safe.
 */
public final class NodeKey {

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'").withZone(ZoneOffset.UTC);
    private static final int PEM_COLUMNS = 64;

    private final KeyPair keys;
    private final byte[] pem;

    private NodeKey(KeyPair keys) {
        this.keys = keys;
        this.pem = PemBlock.write("PUBLIC KEY", keys.getPublic().getEncoded(), PEM_COLUMNS)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes a new key on the curve P-384 from the JVM's secure randomness. */
    public static NodeKey generate() {
        return new NodeKey(KeyFiles.generate());
    }

    /**
     * Takes a key pair.
     *
     * @throws IllegalArgumentException if it is not on a curve of 384 bits
     */
    public static NodeKey of(KeyPair keys) {
        if (!(keys.getPublic() instanceof ECPublicKey key)
                || key.getParams().getOrder().bitLength() != 384) {
            throw new IllegalArgumentException("a node key must be on the curve P-384 but is "
                    + keys.getPublic().getAlgorithm() + "; make one with `safe-fedllm node keygen`");
        }
        return new NodeKey(keys);
    }

    /** Returns the public key as PEM text with line feeds, a copy. */
    public byte[] publicPem() {
        return pem.clone();
    }

    /** Returns the headers that sign a call made at the given time. */
    public RpcHeaders headers(Instant now) {
        String timestamp = TIMESTAMP.format(now);
        return RpcHeaders.none()
                .binary("flwr-public-key", pem)
                .text("flwr-timestamp", timestamp)
                .binary("flwr-signature", sign(timestamp));
    }

    private byte[] sign(String timestamp) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(timestamp.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the node key cannot sign", e);
        }
    }
}
