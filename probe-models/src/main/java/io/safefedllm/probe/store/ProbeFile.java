package io.safefedllm.probe.store;

import io.safefedllm.probe.digest.Sha256;
import io.safefedllm.probe.model.ProbeSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Probe files, format version 3.
 *
 * <p>All numbers are big-endian:
 *
 * <pre>
 * 8 bytes    magic "SFLPROBE"
 * int32      version, 3
 * int32      length J of the header
 * J bytes    header, UTF-8 JSON: layout, views (name, selector, normalisation, keys, sizes, threshold), second opinions, card
 * float32…   per view, per layer and of the seed-invariant probe: D weights, then the bias
 * 32 bytes   SHA-256 of everything before
 * </pre>
 *
 * <p>Version 1, without second opinions, and version 2, whose card does not say which records it is for, are read too. The same probe
 * set gives the same bytes. A file of any released version can be read for ever; no class is ever named in a file.
 */
public final class ProbeFile {
    private static final byte[] MAGIC = "SFLPROBE".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 3;
    private static final int HEADER_START = 16;
    private static final int DIGEST_LENGTH = 32;
    private static final int MAX_HEADER_LENGTH = 64 << 20;

    /** A probe over all tensors of an 8-billion-parameter model at rank 64 has about 170 million weights. */
    private static final long MAX_LENGTH = 1L << 30;

    private ProbeFile() {}

    /**
     * Reads a probe file and checks its digest before anything else of it is believed.
     *
     * @throws StoreException if the file is no probe file, of an unknown version, truncated, changed, or inconsistent
     * @throws IOException if it cannot be read
     */
    public static ProbeSet read(Path path) throws IOException {
        byte[] bytes = readBounded(path);
        requireMagic(path, bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, MAGIC.length, bytes.length - MAGIC.length);
        int version = buffer.getInt();
        if (version < 1 || version > VERSION) {
            throw new StoreException(path + ": probe file version " + version
                    + " is unknown; this program reads versions 1 to " + VERSION + ", a newer one may read it");
        }
        requireDigest(path, bytes);
        int headerLength = buffer.getInt();
        if (headerLength < 0 || headerLength > MAX_HEADER_LENGTH || headerLength > buffer.remaining() - DIGEST_LENGTH) {
            throw new StoreException(
                    path + ": the header claims " + headerLength + " bytes but the file has only " + bytes.length);
        }
        byte[] header = new byte[headerLength];
        buffer.get(header);
        buffer.limit(bytes.length - DIGEST_LENGTH);
        try {
            return ProbeJson.decode(version, header, buffer.asFloatBuffer());
        } catch (IllegalArgumentException e) {
            throw new StoreException(path + ": the probe is inconsistent: " + e.getMessage(), e);
        }
    }

    /**
     * Replaces or creates a probe file in one step ({@link AtomicFile}).
     *
     * @throws IOException if writing fails; an older file is then as it was
     */
    public static void write(Path path, ProbeSet probes) throws IOException {
        byte[] header = ProbeJson.encodeHeader(probes);
        float[] parameters = ProbeJson.parameters(probes);
        byte[] bytes = new byte[HEADER_START + header.length + parameters.length * Float.BYTES + DIGEST_LENGTH];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.put(MAGIC).putInt(VERSION).putInt(header.length).put(header);
        buffer.asFloatBuffer().put(parameters);
        buffer.position(bytes.length - DIGEST_LENGTH);
        buffer.put(digest(bytes));
        AtomicFile.write(path, bytes);
    }

    private static byte[] readBounded(Path path) throws IOException {
        long length = Files.size(path);
        if (length < HEADER_START + DIGEST_LENGTH) {
            throw new StoreException(path + ": the file has only " + length + " bytes; it is no probe file");
        }
        if (length > MAX_LENGTH) {
            throw new StoreException(
                    path + ": a probe file must have at most " + MAX_LENGTH + " bytes but has " + length);
        }
        return Files.readAllBytes(path);
    }

    private static void requireMagic(Path path, byte[] bytes) throws StoreException {
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new StoreException(path + ": this is no probe file; make one with 'probe train'");
        }
    }

    private static void requireDigest(Path path, byte[] bytes) throws StoreException {
        byte[] stored = Arrays.copyOfRange(bytes, bytes.length - DIGEST_LENGTH, bytes.length);
        if (!MessageDigest.isEqual(stored, digest(bytes))) {
            throw new StoreException(
                    path + ": the digest does not match; the file is damaged or was changed, copy it anew");
        }
    }

    /** Returns the SHA-256 of all bytes but the last 32. */
    private static byte[] digest(byte[] bytes) {
        MessageDigest digest = Sha256.start();
        digest.update(bytes, 0, bytes.length - DIGEST_LENGTH);
        return digest.digest();
    }
}
