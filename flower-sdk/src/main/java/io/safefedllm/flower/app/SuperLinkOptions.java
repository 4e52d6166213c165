package io.safefedllm.flower.app;

import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.Pauses;
import io.safefedllm.flower.link.wire.WireSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * How to reach a SuperLink: without TLS and, unless set, without a launcher's secret.
 *
 * @param patience how long to wait for a server that is not up yet
 * @param auth proves the right to claim runs
 * @param wire time, chance and bounds
 */
public record SuperLinkOptions(Duration patience, LauncherAuth auth, WireSettings wire) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    public SuperLinkOptions {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative but was " + patience);
        }
    }

    /** Returns options with ten seconds of patience, the clock of the machine and chance of its own. */
    public static SuperLinkOptions defaults() {
        WireSettings wire = WireSettings.of(InstantSource.system(), Pauses.real(), RandomGenerator.getDefault());
        return new SuperLinkOptions(PATIENCE, LauncherAuth.none(), wire);
    }

    /** Returns the same options with another patience. */
    public SuperLinkOptions withPatience(Duration value) {
        return new SuperLinkOptions(value, auth, wire);
    }
}
