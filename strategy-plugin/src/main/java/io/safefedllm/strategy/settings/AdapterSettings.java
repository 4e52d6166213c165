package io.safefedllm.strategy.settings;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The first adapter.
 *
 * @param path PEFT directory; nothing where the program gives the adapter
 * @param rank rank that the app's clients expect
 * @param alpha alpha that the app's clients expect
 * @param made shape of an adapter that the program makes
 * @param resumeFrom directory of the run to go on with, if there is one
 */
public record AdapterSettings(
        Optional<Path> path, OptionalInt rank, OptionalDouble alpha, Made made, Optional<Path> resumeFrom) {

    /**
     * Shape of an adapter that the program makes.
     *
     * @param rank at least 1
     * @param alpha positive
     * @param dropout in [0, 1]
     */
    public record Made(int rank, double alpha, double dropout) {}
}
