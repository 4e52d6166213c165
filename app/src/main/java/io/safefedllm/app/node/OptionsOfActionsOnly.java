package io.safefedllm.app.node;

import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * For a verb that is also the parent of actions: its required options are not asked of the actions.
 *
 * <p>The verb itself calls {@link #require} before it does anything.
 */
final class OptionsOfActionsOnly implements IModelTransformer {
    private static final String REQUIRED = "Required. ";

    @Override
    public CommandSpec transform(CommandSpec spec) {
        List<OptionSpec> required =
                spec.options().stream().filter(OptionSpec::required).toList();
        for (OptionSpec option : required) {
            String[] description = option.description().clone();
            description[0] = REQUIRED + description[0];
            spec.remove(option);
            spec.addOption(OptionSpec.builder(option)
                    .required(false)
                    .description(description)
                    .build());
        }
        return spec;
    }

    /** Refuses a call of the verb without one of its required options, as picocli would. */
    static void require(CommandSpec spec) {
        List<OptionSpec> missing = spec.options().stream()
                .filter(option -> option.description().length > 0 && option.description()[0].startsWith(REQUIRED))
                .filter(option -> option.getValue() == null)
                .toList();
        if (!missing.isEmpty()) {
            List<String> names = missing.stream()
                    .map(option -> "'" + option.longestName() + "=" + option.paramLabel() + "'")
                    .toList();
            throw new MissingParameterException(
                    spec.commandLine(),
                    List.copyOf(missing),
                    (names.size() == 1 ? "Missing required option: " : "Missing required options: ")
                            + String.join(", ", names));
        }
    }
}
