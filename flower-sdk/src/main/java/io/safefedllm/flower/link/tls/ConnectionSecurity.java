package io.safefedllm.flower.link.tls;

import java.util.Optional;

/** How the connections of a channel are secured. Immutable. */
public final class ConnectionSecurity {

    private static final ConnectionSecurity PLAINTEXT = new ConnectionSecurity(Optional.empty());

    private final Optional<TrustRoots> roots;

    private ConnectionSecurity(Optional<TrustRoots> roots) {
        this.roots = roots;
    }

    /** Neither encrypts nor checks who answers, as Flower's {@code --insecure}. */
    public static ConnectionSecurity plaintext() {
        return PLAINTEXT;
    }

    /** Encrypts, and speaks only to servers whose certificate the authorities have signed for their host. */
    public static ConnectionSecurity tls(TrustRoots roots) {
        return new ConnectionSecurity(Optional.of(roots));
    }

    public boolean isTls() {
        return roots.isPresent();
    }

    /** Returns the authorities, or nothing without TLS. */
    public Optional<TrustRoots> roots() {
        return roots;
    }

    @Override
    public String toString() {
        return roots.map(known -> "TLS, trusting " + known).orElse("plaintext");
    }
}
