package io.safefedllm.lab.simulate;

import io.safefedllm.probe.digest.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Digests of what a simulation was made from. */
final class FileDigest {
    private FileDigest() {}

    /** Returns the digest of one file. */
    static String sha256(Path file) {
        try {
            return Sha256.ofFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Returns the digest of the weights in a model directory: of all its safetensors files, one after the other by name. */
    static String ofModel(Path directory) {
        try {
            return Sha256.ofDirectory(directory, List.of(".safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        }
    }
}
