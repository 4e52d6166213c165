package io.safefedllm.lab.attack;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The rings of attackers in one federation, by name: those of AT-3 to AT-10 and AT-18 share what they know. Thread-safe. */
public final class Collusions {
    private final Map<String, Collusion> rings = new ConcurrentHashMap<>();

    /** Returns the ring of that name; whoever asks for the same name shares its state. */
    public Collusion named(String name) {
        return rings.computeIfAbsent(name, unused -> new Collusion());
    }
}
