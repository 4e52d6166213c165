package io.safefedllm.flower.app;

import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.NodeIdentity;
import io.safefedllm.flower.link.wire.NodeKey;
import io.safefedllm.flower.link.wire.Pauses;
import io.safefedllm.flower.link.wire.SuperExecSecret;
import io.safefedllm.flower.link.wire.WireSettings;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How to reach a SuperLink: unless set, without TLS and without a launcher's secret.
 *
 * @param patience how long to wait for a server that is not up yet
 * @param security how connections are secured
 * @param auth proves the right to claim runs
 * @param nodeKey the key of a node that an operator has registered; without one a node makes its own
 * @param wire time, chance and bounds
 */
public record SuperLinkOptions(
        Duration patience,
        ConnectionSecurity security,
        LauncherAuth auth,
        Optional<NodeKey> nodeKey,
        WireSettings wire) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    public SuperLinkOptions {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative but was " + patience);
        }
    }

    /** Returns options with ten seconds of patience, the clock of the machine and chance of its own. */
    public static SuperLinkOptions defaults() {
        WireSettings wire = WireSettings.of(InstantSource.system(), Pauses.real(), RandomGenerator.getDefault());
        return new SuperLinkOptions(
                PATIENCE, ConnectionSecurity.plaintext(), LauncherAuth.none(), Optional.empty(), wire);
    }

    /** Returns the same options with another patience. */
    public SuperLinkOptions withPatience(Duration value) {
        return new SuperLinkOptions(value, security, auth, nodeKey, wire);
    }

    /** Returns the same options with another way to secure connections. */
    public SuperLinkOptions withSecurity(ConnectionSecurity value) {
        return new SuperLinkOptions(patience, value, auth, nodeKey, wire);
    }

    /** Returns the same options with the secret of an executor, taken as it is. */
    public SuperLinkOptions withSuperExecSecret(byte[] secret) {
        return new SuperLinkOptions(patience, security, SuperExecSecret.of(secret, wire.clock()), nodeKey, wire);
    }

    /** Returns the same options without the secret of an executor. */
    public SuperLinkOptions withoutSuperExecSecret() {
        return new SuperLinkOptions(patience, security, LauncherAuth.none(), nodeKey, wire);
    }

    /** Returns whether there is a secret of an executor. */
    public boolean hasSuperExecSecret() {
        return auth instanceof SuperExecSecret;
    }

    /** Returns the same options with the key of a node. */
    public SuperLinkOptions withNodeKey(KeyPair keys) {
        return new SuperLinkOptions(patience, security, auth, Optional.of(NodeKey.of(keys)), wire);
    }

    /** Returns the same options by another clock. */
    public SuperLinkOptions withClock(InstantSource clock) {
        LauncherAuth moved = auth instanceof SuperExecSecret secret ? secret.at(clock) : auth;
        return new SuperLinkOptions(patience, security, moved, nodeKey, wire.withClock(clock));
    }

    NodeIdentity identity() {
        return nodeKey.map(NodeIdentity::registered).orElseGet(NodeIdentity::generated);
    }
}
