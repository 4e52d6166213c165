package io.safefedllm.app.config;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes an option that is not on the command line from the environment: {@code --state-dir} from
 * {@code SAFE_FEDLLM_STATE_DIR}. An empty variable counts as absent.
 */
public final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final String PREFIX = "SAFE_FEDLLM_";

    private final Map<String, String> environment;

    /** Reads from {@code environment}, whose later changes are not seen. */
    public EnvironmentDefaults(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** Returns the variable that stands for {@code option}, a long option with its hyphens. */
    public static String variable(String option) {
        return PREFIX + option.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option) || option.usageHelp() || option.versionHelp() || option.inherited()) {
            return null;
        }
        String value = environment.get(variable(option.longestName()));
        return value == null || value.isEmpty() ? null : value;
    }
}
