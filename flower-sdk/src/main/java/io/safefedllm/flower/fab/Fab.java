package io.safefedllm.flower.fab;

import io.safefedllm.flower.record.FormatException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Flower app bundle: the files of an app, what it is called, and the configuration it declares.
 *
 * <p>Immutable and thread-safe.
 */
public final class Fab {
    /** What a SuperLink accepts, in bytes of the zip. */
    public static final int MAX_BYTES = 10 << 20;

    private final String hash;
    private final Map<String, byte[]> files;
    private final AppManifest manifest;

    private Fab(String hash, Map<String, byte[]> files, AppManifest manifest) {
        this.hash = hash;
        this.files = Collections.unmodifiableMap(files);
        this.manifest = manifest;
    }

    /**
     * Reads a bundle and checks the digests that it lists of its own files.
     *
     * @throws FormatException if it is not a zip of at most {@link #MAX_BYTES}, unpacks to too much, lists digests that do not
     *     fit, or its {@code pyproject.toml} lacks publisher, name or version
     */
    public static Fab read(byte[] zip) throws FormatException {
        Map<String, byte[]> files = FabZip.unpack(zip);
        FabContent.verify(files);
        return new Fab(FabContent.sha256(zip), files, AppManifest.of(files));
    }

    /**
     * Reads a bundle that must have the hash {@code expected}, 64 lower-case hexadecimal digits.
     *
     * @throws FormatException as {@link #read(byte[])}, or if the hash is another
     */
    public static Fab read(byte[] zip, String expected) throws FormatException {
        if (zip.length > MAX_BYTES || !FabContent.sha256(zip).equals(expected)) {
            throw new FormatException("app bundle of " + zip.length
                    + " bytes does not have the hash that the run names; the SuperLink or the network changed it");
        }
        return read(zip);
    }

    /**
     * Builds the bytes of a bundle as {@code flwr build} does since 1.27: equal files, equal bytes.
     *
     * @param files contents by path with {@code /}, {@code pyproject.toml} among them
     * @throws IllegalArgumentException if there is no {@code pyproject.toml}, or there is a {@code .info/CONTENT}
     */
    public static byte[] build(Map<String, byte[]> files) {
        return FabZip.pack(FabContent.withList(files, FabContent.Style.SINCE_1_27));
    }

    /** Returns the SHA-256 of the zip, 64 lower-case hexadecimal digits. */
    public String hash() {
        return hash;
    }

    /** Returns {@code publisher/name}, as a run's {@code fab_id} has it. */
    public String id() {
        return manifest.publisher() + "/" + manifest.name();
    }

    /** Returns {@code publisher} of {@code [tool.flwr.app]}. */
    public String publisher() {
        return manifest.publisher();
    }

    /** Returns {@code name} of {@code [project]}. */
    public String name() {
        return manifest.name();
    }

    /** Returns {@code version} of {@code [project]}. */
    public String version() {
        return manifest.version();
    }

    /**
     * Returns {@code [tool.flwr.app.config]} flattened with dots, sorted by key, with {@link Boolean}, {@link Long}, {@link
     * Double} and {@link String} values.
     */
    public Map<String, Object> defaultRunConfig() {
        return manifest.config();
    }

    /** Returns the paths of all files in the order of the zip. */
    public Set<String> paths() {
        return files.keySet();
    }

    /** Returns a copy of the file at {@code path}. */
    public Optional<byte[]> file(String path) {
        return Optional.ofNullable(files.get(path)).map(byte[]::clone);
    }

    @Override
    public String toString() {
        return "Fab[" + id() + " " + version() + ", " + hash + "]";
    }
}
