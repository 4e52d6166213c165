package io.safefedllm.strategy.settings;

/**
 * One row of the table of settings that help texts and documents print.
 *
 * @param key the full key, as in {@code [tool.flwr.app.config]} and {@code --set}
 * @param hardened what holds where nothing is given in hardened mode, in words; empty if there is no such value
 * @param paperFaithful the same in paper-faithful mode
 * @param allowed which values there are, as in "must be ..."
 * @param meaning what the setting does, one line
 */
public record SettingCard(String key, String hardened, String paperFaithful, String allowed, String meaning) {}
