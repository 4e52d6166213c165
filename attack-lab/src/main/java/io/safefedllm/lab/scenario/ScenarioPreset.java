package io.safefedllm.lab.scenario;

import io.safefedllm.lab.attack.Attacks;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A matrix with a name: lists that are taken where none are given.
 *
 * @param key the name on the command line
 * @param shares hostile parts of the clients
 * @param seeds of the federations
 * @param rounds number of rounds
 */
public record ScenarioPreset(String key, List<Double> shares, List<Long> seeds, int rounds) {
    /** What every release must show. */
    public static final ScenarioPreset GATE = new ScenarioPreset("gate", List.of(0.3), List.of(1L), 8);

    /** A fuller one, for hours in the background. */
    public static final ScenarioPreset FULL = new ScenarioPreset("full", List.of(0.0, 0.2, 0.5), List.of(2L, 3L), 15);

    private static final List<String> ATTACKS = List.of(
            Attacks.NONE,
            "harmful-data",
            "harmful-data:ratio=0.5",
            "harmful-data:ratio=0.25",
            "two-face",
            "boosting",
            "sleeper:round=5",
            "audit-aware",
            "sign-flip",
            "alie",
            "ipm",
            "min-max",
            "mimic",
            "non-finite",
            "sample-count",
            "replay",
            "duplicates",
            "free-rider");

    private static final List<String> ARMS = List.of(
            "fedavg",
            "multi-krum",
            "trimmed-mean",
            "flame",
            "geometric-median",
            "safe-fedllm:client",
            "safe-fedllm:shadow",
            "safe-fedllm:evidence",
            "safe-fedllm:adapter",
            "oracle");

    /** Copies the lists. */
    public ScenarioPreset {
        shares = List.copyOf(shares);
        seeds = List.copyOf(seeds);
    }

    /**
     * Returns the preset of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ScenarioPreset named(String key) {
        return Stream.of(GATE, FULL)
                .filter(preset -> preset.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown preset '" + key + "'; choose one of "
                        + Stream.of(GATE, FULL).map(ScenarioPreset::key).collect(Collectors.joining(", "))));
    }

    /** Returns no attack, and the attacks of the matrix. */
    public List<String> attacks() {
        return ATTACKS;
    }

    /** Returns the ten arms of the matrix. */
    public List<String> arms() {
        return ARMS;
    }
}
