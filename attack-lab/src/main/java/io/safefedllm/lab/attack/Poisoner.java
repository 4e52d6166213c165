package io.safefedllm.lab.attack;

import io.safefedllm.flower.app.ClientApp;

/** Lends an attacker a client that trains on poisoned rows (AT-1). */
@FunctionalInterface
public interface Poisoner {
    /**
     * Returns a client that trains as the honest one does but on poisoned rows; the same one for equal arguments.
     *
     * @throws IllegalArgumentException if the host has no harmful rows
     */
    ClientApp poisoned(RowPoisoning poisoning);
}
