package io.safefedllm.app.option;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.LabelledUpdates;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.probe.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens what people name on the command line; what cannot be used is a failure with its own code. */
public final class Artifacts {
    private Artifacts() {}

    /**
     * Returns {@code file} if it is a file.
     *
     * @param option how the person named it, for the message
     */
    public static Path requireFile(String option, Path file) {
        if (!Files.exists(file)) {
            throw missing(option, file);
        }
        if (!Files.isRegularFile(file)) {
            throw new Failure(FailureCode.FILE_MISSING, option + " '" + file + "' is not a file", "Name a file");
        }
        return file;
    }

    /** Returns {@code directory} if it is one. */
    public static Path requireDirectory(String option, Path directory) {
        if (!Files.exists(directory)) {
            throw missing(option, directory);
        }
        if (!Files.isDirectory(directory)) {
            throw new Failure(
                    FailureCode.FILE_MISSING, option + " '" + directory + "' is not a directory", "Name a directory");
        }
        return directory;
    }

    /** Reads a PEFT adapter directory. */
    public static PeftAdapter readAdapter(String option, Path directory) throws IOException {
        requireDirectory(option, directory);
        try {
            return PeftDirectory.read(directory);
        } catch (StoreException e) {
            throw new Failure(FailureCode.ADAPTER_DIRECTORY, String.valueOf(e.getMessage()), "", e);
        }
    }

    /** Reads a probe file. */
    public static ProbeSet readProbe(String option, Path file) throws IOException {
        requireFile(option, file);
        try {
            return ProbeFile.read(file);
        } catch (StoreException e) {
            throw new Failure(FailureCode.PROBE_FILE, String.valueOf(e.getMessage()), "", e);
        }
    }

    /** Opens a directory of labelled updates. */
    public static LabelledUpdates readUpdates(String option, Path directory) throws IOException {
        requireDirectory(option, directory);
        try {
            return LabelledUpdates.open(directory);
        } catch (StoreException e) {
            throw new Failure(FailureCode.DATA_MALFORMED, String.valueOf(e.getMessage()), "", e);
        }
    }

    private static Failure missing(String option, Path path) {
        return new Failure(
                FailureCode.FILE_MISSING, option + ": there is no '" + path + "'", "Check the path and its spelling");
    }
}
