package io.safefedllm.app.option;

import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.tls.TrustRoots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How connections to a SuperLink are secured, in the words of Flower's own programs. */
public final class ConnectionOptions {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "::1", "0:0:0:0:0:0:0:1");

    @Option(
            names = "--root-certificates",
            paramLabel = "FILE",
            description = "Use TLS; FILE holds the certificates of the authority that signed the SuperLink's (PEM).")
    private @Nullable Path rootCertificates;

    @Option(names = "--tls", description = "Use TLS; a public authority has signed the SuperLink's certificate.")
    private boolean tls;

    @Option(names = "--insecure", description = "Use plaintext, which is the default, and do not warn about it.")
    private boolean insecure;

    /** Returns what was chosen; plaintext to another machine is warned about unless it was asked for. */
    public ConnectionSecurity security(SuperLinkAddress address, Console console) throws IOException {
        ConnectionSecurity chosen = security();
        if (!chosen.isTls() && !insecure && !isThisMachine(address.host())) {
            console.err()
                    .println("WARNING: what goes to " + address + " and comes from it is neither encrypted nor"
                            + " authenticated. Use --root-certificates or --tls, or --insecure if that is meant.");
        }
        return chosen;
    }

    /** Returns what was chosen. */
    public ConnectionSecurity security() throws IOException {
        long chosen = Stream.of(rootCertificates != null, tls, insecure)
                .filter(given -> given)
                .count();
        if (chosen > 1) {
            throw new Failure(
                    FailureCode.USAGE,
                    "--root-certificates, --tls and --insecure exclude each other",
                    "Give one of them");
        }
        if (rootCertificates != null) {
            return ConnectionSecurity.tls(
                    TrustRoots.read(Artifacts.requireFile("--root-certificates", rootCertificates)));
        }
        return tls ? ConnectionSecurity.tls(TrustRoots.system()) : ConnectionSecurity.plaintext();
    }

    /** Returns the same choice in the words of Flower's own programs. */
    List<String> pythonArguments() {
        if (rootCertificates != null) {
            return List.of(
                    "--root-certificates", rootCertificates.toAbsolutePath().toString());
        }
        return tls ? List.of() : List.of("--insecure");
    }

    private static boolean isThisMachine(String host) {
        return host.startsWith("127.") || THIS_MACHINE.contains(host);
    }
}
