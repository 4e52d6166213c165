package io.safefedllm.app.option;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.link.SuperLinkAddress;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How {@code serve} and {@code node} find their SuperLink. */
public final class SuperLinkOption {
    @Option(
            names = "--superlink",
            paramLabel = "HOST:PORT",
            required = true,
            description = "The SuperLink's address for this verb, see below.")
    private String address;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait for a SuperLink that is not up yet (default: ${DEFAULT-VALUE}).")
    private long wait;

    @Mixin
    private ConnectionOptions connection;

    private final InstantSource clock;

    @Inject
    SuperLinkOption(InstantSource clock) {
        this.clock = clock;
    }

    /** Returns the address, checked. */
    public SuperLinkAddress address() {
        try {
            return SuperLinkAddress.parse(address);
        } catch (IllegalArgumentException e) {
            throw new Failure(FailureCode.USAGE, "--superlink: " + e.getMessage(), "", e);
        }
    }

    /** Returns how to reach it; says on the console what is unsafe about that. */
    public SuperLinkOptions options(Console console) throws IOException {
        if (wait < 0) {
            throw new Failure(FailureCode.USAGE, "--wait must not be negative but was " + wait, "");
        }
        return SuperLinkOptions.defaults()
                .withPatience(Duration.ofSeconds(wait))
                .withClock(clock)
                .withSecurity(connection.security(address(), console));
    }

    /** Returns what Flower's own programs are told about the connection. */
    public List<String> pythonArguments() {
        return connection.pythonArguments();
    }
}
