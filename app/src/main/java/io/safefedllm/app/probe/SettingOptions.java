package io.safefedllm.app.probe;

import io.safefedllm.app.config.DeploymentSettings;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.strategy.settings.SettingsException;
import io.safefedllm.strategy.settings.TrainerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The settings of probe training and calibration: from a file, from {@code --set}, and by options of the command that stand
 * for settings. An option wins over the file; one that says otherwise than {@code --set} is refused.
 */
final class SettingOptions {
    private static final String PREFIX = "safe-fedllm.";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings as TOML, as serve takes them; options win over it.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting, for instance safe-fedllm.trainer.epochs=50; wins over --config. Repeatable.")
    private List<String> assignments = List.of();

    /**
     * Reads the settings.
     *
     * @param options what options of the command stand for, see {@link Typed}
     * @throws SettingsException if a setting is unknown or not allowed
     */
    TrainerSettings read(Typed options) throws IOException {
        Map<String, Object> set = DeploymentSettings.none().with(assignments).values();
        Map<String, Object> all = new LinkedHashMap<>(
                config == null
                        ? Map.of()
                        : DeploymentSettings.read(Artifacts.requireFile("--config", config))
                                .values());
        all.putAll(set);
        options.values.forEach((option, setting) -> {
            requireAllowed(option, setting);
            requireSame(option, setting, set);
            all.put(setting.getKey(), setting.getValue());
        });
        return TrainerSettings.parse(all);
    }

    /** Returns an empty collection for the options of this command. */
    Typed typed() {
        return new Typed(command);
    }

    private static void requireAllowed(String option, Map.Entry<String, Object> setting) {
        try {
            TrainerSettings.parse(Map.of(setting.getKey(), setting.getValue()));
        } catch (SettingsException e) {
            throw new Failure(FailureCode.USAGE, option + ": " + e.reason(), "", e);
        }
    }

    private static void requireSame(String option, Map.Entry<String, Object> setting, Map<String, Object> set) {
        @Nullable Object other = set.get(setting.getKey());
        if (other != null && !isSame(setting.getValue(), other)) {
            throw new Failure(
                    FailureCode.USAGE,
                    option + " says " + setting.getValue() + " but --set " + setting.getKey() + " says " + other,
                    "Give one of the two");
        }
    }

    private static boolean isSame(Object first, Object second) {
        return (first instanceof Number one && second instanceof Number two)
                ? one.doubleValue() == two.doubleValue()
                : first.toString().equals(second.toString());
    }

    /** What was typed of the options that stand for settings. */
    static final class Typed {
        private final CommandSpec command;
        private final Map<String, Map.Entry<String, Object>> values = new LinkedHashMap<>();

        private Typed(CommandSpec command) {
            this.command = command;
        }

        /**
         * Takes an option's value if the option was typed.
         *
         * @param key of the setting, without {@code safe-fedllm.}
         * @throws Failure if an option before it says otherwise of the same setting
         */
        Typed with(String option, String key, Object value) {
            if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                Map.Entry<String, Object> setting = Map.entry(PREFIX + key, value);
                values.forEach((earlier, other) -> requireNoContradiction(earlier, other, option, setting));
                values.put(option, setting);
            }
            return this;
        }

        private static void requireNoContradiction(
                String earlier, Map.Entry<String, Object> other, String option, Map.Entry<String, Object> setting) {
            if (other.getKey().equals(setting.getKey()) && !isSame(other.getValue(), setting.getValue())) {
                throw new Failure(
                        FailureCode.USAGE,
                        earlier + " sets " + setting.getKey() + " to " + other.getValue() + " but " + option + " to "
                                + setting.getValue(),
                        "Give one of the two");
            }
        }
    }
}
