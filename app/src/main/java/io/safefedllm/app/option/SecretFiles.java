package io.safefedllm.app.option;

import io.safefedllm.app.console.Console;
import io.safefedllm.flower.link.key.KeyFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Files that nobody but their owner should read. */
public final class SecretFiles {
    private SecretFiles() {}

    /** Returns {@code file} if it is one, and warns if others may read or change it. */
    public static Path require(String option, Path file, Console console) throws IOException {
        Artifacts.requireFile(option, file);
        if (KeyFiles.isOpenToOthers(file)) {
            console.err()
                    .println("WARNING: others than its owner may read or change '" + file + "' (" + option
                            + "). Run chmod 600 on it.");
        }
        return file;
    }
}
