package io.safefedllm.flower.app;

import io.safefedllm.flower.link.LogLevel;

/**
 * Watches an embedded federation: what nodes do, on their threads, and what the server app logs, on its own. Called
 * from several threads at once if the federation has an executor.
 */
public interface FederationListener extends NodeListener {

    /** The server app has logged a line. */
    default void logged(LogLevel level, String text) {}

    /** Returns a listener that does nothing. */
    static FederationListener none() {
        return new FederationListener() {};
    }
}
