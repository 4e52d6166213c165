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
 */
public record AdapterSettings(Optional<Path> path, OptionalInt rank, OptionalDouble alpha) {}
