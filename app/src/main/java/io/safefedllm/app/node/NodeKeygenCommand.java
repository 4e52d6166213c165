package io.safefedllm.app.node;

import com.google.inject.Inject;
import io.safefedllm.app.config.EnvironmentDefaults;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.flower.link.key.KeyFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the key of a node. */
@Command(
        name = "keygen",
        description = "Make a node's key, for SuperLinks that admit registered nodes only.",
        defaultValueProvider = EnvironmentDefaults.class,
        footer = {
            "",
            "Both files have the form of OpenSSH, so that Flower's flower-supernode takes the private key as well. Nothing",
            "is overwritten.",
            "",
            "Example:",
            "  ./safe-fedllm node keygen --out site-7",
            "  flwr supernode register site-7.pub CONNECTION",
            "  ./safe-fedllm node --auth-supernode-private-key site-7 --superlink HOST:PORT …"
        })
final class NodeKeygenCommand implements Callable<Integer> {
    private static final Pattern COMMENT = Pattern.compile("[\\x20-\\x7e]{0,200}");

    private final Console console;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The private key, for its owner's eyes only; the public key goes to FILE.pub.")
    private Path out;

    @Option(
            names = "--comment",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "What tells the key from others, written at the end of the public key (default: nothing).")
    private String comment;

    @Inject
    NodeKeygenCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (!COMMENT.matcher(comment).matches()) {
            throw new Failure(FailureCode.USAGE, "--comment must be at most 200 printable ASCII characters", "");
        }
        try {
            KeyFiles.write(KeyFiles.generate(), out, comment);
        } catch (FileAlreadyExistsException e) {
            throw new Failure(
                    FailureCode.FILE_ACCESS,
                    "'" + e.getFile() + "' is there already, and a key is never overwritten",
                    "Name another file with --out, or remove that one if no SuperLink knows it",
                    e);
        }
        Path publicFile = KeyFiles.publicFile(out);
        console.out().println(out + " is the private key: it stays on this machine");
        console.out().println(publicFile + " is the public key: flwr supernode register " + publicFile);
        return 0;
    }
}
