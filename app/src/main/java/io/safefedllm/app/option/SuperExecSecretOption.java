package io.safefedllm.app.option;

import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.flower.app.SuperLinkOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What proves to a SuperLink that this program may claim runs, where it wants such proof. */
public final class SuperExecSecretOption {
    private static final int LARGEST_SECRET = 64 * 1024;

    @Option(
            names = "--superexec-auth-secret-file",
            paramLabel = "FILE",
            description = "The secret of a SuperLink that was started with the same option; every byte counts.")
    private @Nullable Path file;

    /** Returns {@code options} with the secret, if one was named. */
    public SuperLinkOptions addTo(SuperLinkOptions options, Console console) throws IOException {
        if (file == null) {
            return options;
        }
        SecretFiles.require("--superexec-auth-secret-file", file, console);
        long size = Files.size(file);
        if (size == 0 || size > LARGEST_SECRET) {
            throw new Failure(
                    FailureCode.CREDENTIAL_FILE,
                    "the secret file '" + file + "' " + (size == 0 ? "is empty" : "is too large to be a secret"),
                    "Name the file that the SuperLink was started with");
        }
        return options.withSuperExecSecret(Files.readAllBytes(file));
    }
}
