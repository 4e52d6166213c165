package io.safefedllm.app.command;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.link.SuperLinkAddress;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How {@code serve} and {@code node} find their SuperLink. */
final class SuperLinkOption {
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

    /** Returns the address, checked. */
    SuperLinkAddress address() {
        try {
            return SuperLinkAddress.parse(address);
        } catch (IllegalArgumentException e) {
            throw new Failure(FailureCode.USAGE, "--superlink: " + e.getMessage(), "", e);
        }
    }

    /** Returns how to reach it. */
    SuperLinkOptions options() {
        if (wait < 0) {
            throw new Failure(FailureCode.USAGE, "--wait must not be negative but was " + wait, "");
        }
        return SuperLinkOptions.defaults().withPatience(Duration.ofSeconds(wait));
    }
}
