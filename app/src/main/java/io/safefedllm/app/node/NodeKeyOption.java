package io.safefedllm.app.node;

import io.safefedllm.app.console.Console;
import io.safefedllm.app.option.SecretFiles;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.link.key.KeyFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who a node is, where a SuperLink admits registered nodes only. */
final class NodeKeyOption {
    @Option(
            names = "--auth-supernode-private-key",
            paramLabel = "FILE",
            description = "The node's registered key: EC on the curve P-384, unencrypted, as OpenSSH, PKCS #8 or SEC 1"
                    + " (default: a new key for each start).")
    private @Nullable Path file;

    /** Returns {@code options} with the key, if one was named. */
    SuperLinkOptions addTo(SuperLinkOptions options, Console console) throws IOException {
        return file == null
                ? options
                : options.withNodeKey(
                        KeyFiles.read(SecretFiles.require("--auth-supernode-private-key", file, console)));
    }
}
