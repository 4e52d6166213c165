package io.safefedllm.strategy.settings;

import java.util.Optional;

/**
 * One row of the table of settings that help texts and documents print.
 *
 * @param key the full key, as in {@code [tool.flwr.app.config]} and {@code --set}
 * @param fallback the value where nothing is given, as text; nothing if there is no such value
 * @param allowed which values there are, as in "must be ..."
 * @param meaning what the setting does, one line
 */
public record SettingCard(String key, Optional<String> fallback, String allowed, String meaning) {}
