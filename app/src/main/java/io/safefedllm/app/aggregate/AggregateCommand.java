package io.safefedllm.app.aggregate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.aggregate.rules.RuleCard;
import io.safefedllm.strategy.aggregate.rules.RuleChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Merges adapters by one of the rules that the server uses. */
@Command(name = "aggregate", description = "Merge PEFT adapters into one, robustly if wanted.")
public final class AggregateCommand implements Callable<Integer> {
    private static final List<String> EXAMPLES = List.of(
            "",
            "Examples:",
            "  Average two adapters, the second with half the weight:",
            "    ./safe-fedllm aggregate --weights 1,0.5 --out merged alice bob",
            "  Merge five of which one may be poisoned:",
            "    ./safe-fedllm aggregate --rule trimmed-mean --byzantine 1 --out merged a b c d e",
            "  The same with random pairs averaged first, and with a rule that looks at the changes since an adapter:",
            "    ./safe-fedllm aggregate --rule bucketing+median --seed 7 --out merged a b c d e",
            "    ./safe-fedllm aggregate --rule flame --param noise=0 --base start --out merged a b c d e");

    private final Console console;

    @Option(
            names = "--rule",
            paramLabel = "NAME",
            defaultValue = "mean",
            description = "A rule of the table below, or steps and a rule joined by +, as in nnm+krum (default: "
                    + "${DEFAULT-VALUE}).")
    private String rule;

    @Option(
            names = "--byzantine",
            paramLabel = "F",
            description = "How many of the adapters may be hostile; rules that need it say so.")
    private @Nullable Integer byzantine;

    @Option(
            names = "--param",
            paramLabel = "KEY=VALUE",
            description = "A parameter of the rule, such as noise=0 or flame.noise=0. Repeatable.")
    private List<String> assignments = List.of();

    @Option(
            names = "--base",
            paramLabel = "DIR",
            description = "The adapter that the others were trained from, for rules that look at the changes.")
    private @Nullable Path base;

    @Option(
            names = "--weights",
            paramLabel = "W",
            split = ",",
            description = "Security weight of each adapter, from 0 to 1 (default: 1 for all).")
    private @Nullable List<Double> weights;

    @Option(
            names = "--examples",
            paramLabel = "N",
            split = ",",
            description = "Training examples behind each adapter; counts in the mean only (default: 1 for all).")
    private @Nullable List<Long> examples;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "2023",
            description = "Seed of what a rule draws: groups, coordinates, noise (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the merged adapter goes.")
    private Path out;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Parameters(paramLabel = "ADAPTER_DIR", arity = "1..*", description = "PEFT adapter directories of one shape.")
    private List<Path> directories;

    @Inject
    AggregateCommand(Console console) {
        this.console = console;
    }

    @Spec
    void describe(CommandSpec spec) {
        List<String> footer = new ArrayList<>(List.of("", "Rules and steps, with their parameters:"));
        footer.addAll(RuleHelp.lines());
        footer.addAll(EXAMPLES);
        spec.usageMessage().footer(footer.toArray(new String[0]));
    }

    @Override
    public Integer call() throws IOException {
        AggregationRule chosen = chooseRule();
        double[] rowWeights = rowWeights(chosen);
        try (AdapterRows rows = AdapterRows.read(directories);
                AdapterSpool.Rows store = rows.open()) {
            AdapterLayout layout = rows.first().adapter().layout();
            GlobalValues global = base == null ? GlobalValues.zero() : GlobalValues.of(rows.alike("--base", base));
            RuleOutcome outcome = chosen.combine(RuleInput.of(store, rowWeights, layout, global, Draws.seeded(seed)));
            Aggregate merged = outcome.aggregate()
                    .orElseThrow(() -> nothing(outcome.reason().orElseThrow()));
            LoraAdapter adapter = LoraAdapter.wrap(layout, finite(merged.toFloat32()));
            PeftDirectory.write(out, new PeftAdapter(rows.first().config(), adapter));
            report(chosen, merged, adapter);
        }
        return 0;
    }

    private float[] finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new Failure(
                        FailureCode.ADAPTER_DIRECTORY,
                        "rule '" + rule + "' makes an adapter of these that holds " + value
                                + ", and nothing was written",
                        "Give its parameters values nearer to their defaults, or leave out adapters with huge values");
            }
        }
        return values;
    }

    private AggregationRule chooseRule() {
        if (byzantine != null && byzantine < 0) {
            throw usage("--byzantine must not be negative but was " + byzantine);
        }
        AggregationRule chosen;
        try {
            OptionalInt attackers = byzantine == null ? OptionalInt.empty() : OptionalInt.of(byzantine);
            chosen = AggregationRules.of(new RuleChoice(rule, attackers, false, parameters()));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()).replace("rule.byzantine", "--byzantine F"));
        }
        if (chosen.needsGlobal() && base == null) {
            throw usage(
                    "rule '" + rule + "' looks at changes and needs the adapter that they are changes of; give --base");
        }
        return chosen;
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw usage("--param must be KEY=VALUE but was '" + assignment + "'");
            }
            parameters.put(fullKey(assignment.substring(0, equals)), assignment.substring(equals + 1));
        }
        return parameters;
    }

    /** Puts the name of a rule before a key that has none: of the first part of the rule that knows it. */
    private String fullKey(String key) {
        return AggregationRules.parts(rule).stream()
                .map(RuleCard::name)
                .map(name -> name + "." + key)
                .filter(full -> AggregationRules.parameters().stream()
                        .anyMatch(known -> known.key().equals(full)))
                .findFirst()
                .orElse(key);
    }

    private static Failure nothing(NoAggregate.Reason reason) {
        return switch (reason) {
            case NO_ROWS ->
                new Failure(
                        FailureCode.ADAPTER_DIRECTORY,
                        "no adapter is left: all have weight 0 or hold values that are not finite",
                        "Give at least one finite adapter a weight above 0");
            case ALL_SIMILAR ->
                new Failure(
                        FailureCode.ADAPTER_DIRECTORY,
                        "all adapters are alike, and the rule trusts none that resembles another",
                        "Use another rule, for instance --rule median");
            case NOTHING_KEPT, TOO_MANY_ATTACKERS ->
                new Failure(
                        FailureCode.ADAPTER_DIRECTORY,
                        "the rule leaves no adapter over",
                        "Assume fewer attackers, or filter fewer");
        };
    }

    private double[] rowWeights(AggregationRule chosen) {
        double[] result = new double[directories.size()];
        Arrays.fill(result, 1.0);
        if (weights != null) {
            requireOneEach("--weights", weights.size());
            for (int i = 0; i < result.length; i++) {
                double weight = weights.get(i);
                if (!(weight >= 0.0 && weight <= 1.0)) {
                    throw usage("--weights must lie between 0 and 1 but one is " + weight);
                }
                result[i] = weight;
            }
        }
        if (examples != null) {
            requireOneEach("--examples", examples.size());
            for (int i = 0; i < result.length; i++) {
                if (examples.get(i) < 1) {
                    throw usage("--examples must be at least 1 but one is " + examples.get(i));
                }
                result[i] *= chosen.countsSamples() ? examples.get(i) : 1.0;
            }
        }
        return result;
    }

    private void requireOneEach(String option, int given) {
        if (given != directories.size()) {
            throw usage(
                    option + " needs one value for each of the " + directories.size() + " adapters but has " + given);
        }
    }

    private void report(AggregationRule chosen, Aggregate merged, LoraAdapter adapter) throws IOException {
        List<String> used = merged.rows().stream()
                .map(row -> directories.get(row).toString())
                .toList();
        if (json) {
            Map<String, Object> outcome = new LinkedHashMap<>();
            outcome.put("rule", chosen.name());
            outcome.put("used", used);
            outcome.put("factors", merged.factors().values());
            outcome.put("figures", merged.figures());
            outcome.put("degraded", merged.degraded());
            outcome.put("sha256", adapter.sha256());
            outcome.put("out", out.toString());
            console.out().println(new JsonMapper().writeValueAsString(outcome));
            return;
        }
        console.out()
                .println(out + ": " + chosen.name() + " of " + used.size() + " of " + directories.size() + " adapters ("
                        + String.join(", ", used) + ")");
        if (merged.degraded()) {
            String told = byzantine == null ? "this rule" : byzantine + " hostile ones";
            console.err().println("Too few adapters for " + told + ": the rule assumed fewer or took the mean.");
        }
    }

    private static Failure usage(String reason) {
        return new Failure(FailureCode.USAGE, reason, "Run ./safe-fedllm aggregate --help");
    }
}
