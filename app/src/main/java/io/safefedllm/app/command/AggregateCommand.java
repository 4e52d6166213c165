package io.safefedllm.app.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.UpdateStore;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Merges adapters by one of the rules that the server uses. */
@Command(
        name = "aggregate",
        description = "Merge PEFT adapters into one, robustly if wanted.",
        footer = {
            "",
            "Examples:",
            "  Average two adapters, the second with half the weight:",
            "    ./safe-fedllm aggregate --weights 1,0.5 --out merged alice bob",
            "  Merge five of which one may be poisoned:",
            "    ./safe-fedllm aggregate --rule trimmed-mean --byzantine 1 --out merged a b c d e"
        })
final class AggregateCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--rule",
            paramLabel = "NAME",
            defaultValue = "mean",
            completionCandidates = RuleNames.class,
            description = "Rule: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private String rule;

    @Option(
            names = "--byzantine",
            paramLabel = "F",
            description = "How many of the adapters may be hostile; rules that need it say so.")
    private @Nullable Integer byzantine;

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

    @Override
    public Integer call() throws IOException {
        AggregationRule chosen = chooseRule();
        double[] rowWeights = rowWeights(chosen);
        List<PeftAdapter> adapters = readAll();
        PeftAdapter first = adapters.get(0);

        Aggregate merged = chosen.combine(
                        RuleInput.of(new Rows(adapters), rowWeights, first.adapter(), Draws.seeded(1)))
                .aggregate()
                .orElseThrow(() -> new Failure(
                        FailureCode.ADAPTER_DIRECTORY,
                        "no adapter is left: all have weight 0 or hold values that are not finite",
                        "Give at least one finite adapter a weight above 0"));

        LoraAdapter adapter = LoraAdapter.wrap(first.adapter().layout(), merged.toFloat32());
        PeftDirectory.write(out, new PeftAdapter(first.config(), adapter));
        report(chosen, merged, adapter);
        return 0;
    }

    private AggregationRule chooseRule() {
        if (byzantine != null && byzantine < 0) {
            throw usage("--byzantine must not be negative but was " + byzantine);
        }
        try {
            return AggregationRules.named(rule, byzantine == null ? OptionalInt.empty() : OptionalInt.of(byzantine));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()).replace("rule.byzantine", "--byzantine F"));
        }
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

    private List<PeftAdapter> readAll() throws IOException {
        List<PeftAdapter> adapters = new ArrayList<>();
        for (Path directory : directories) {
            PeftAdapter next = Artifacts.readAdapter("adapter", directory);
            PeftAdapter first = adapters.isEmpty() ? next : adapters.get(0);
            requireAlike(first, next, directory);
            adapters.add(new PeftAdapter(
                    next.config(), next.adapter().arrangedAs(first.adapter().layout())));
        }
        return adapters;
    }

    private void requireAlike(PeftAdapter first, PeftAdapter next, Path directory) {
        boolean sameScale = first.config().r() == next.config().r()
                && Double.compare(first.config().alpha(), next.config().alpha()) == 0;
        if (!sameScale
                || !first.adapter().layout().hasSameTensors(next.adapter().layout())) {
            throw new Failure(
                    FailureCode.ADAPTER_DIRECTORY,
                    "'" + directory + "' has other tensors, rank or alpha than '" + directories.get(0) + "'",
                    "Merge adapters of one base model and one LoRA configuration");
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
            console.err().println("Too few adapters for " + byzantine + " hostile ones: the rule assumed fewer.");
        }
    }

    private static Failure usage(String reason) {
        return new Failure(FailureCode.USAGE, reason, "Run ./safe-fedllm aggregate --help");
    }

    /** The adapters as rows, all in the order of the first. */
    private record Rows(List<PeftAdapter> adapters) implements UpdateStore {
        private static final int CHUNK = 8192;

        @Override
        public int rows() {
            return adapters.size();
        }

        @Override
        public int width() {
            return adapters.get(0).adapter().layout().size();
        }

        @Override
        public void read(int row, int from, double[] block, int length) {
            LoraAdapter adapter = adapters.get(row).adapter();
            float[] chunk = new float[Math.min(CHUNK, length)];
            for (int done = 0; done < length; done += chunk.length) {
                int count = Math.min(chunk.length, length - done);
                adapter.copyTo(from + done, chunk, 0, count);
                for (int i = 0; i < count; i++) {
                    block[done + i] = chunk[i];
                }
            }
        }
    }

    /** The names for the help. */
    static final class RuleNames implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return AggregationRules.names().iterator();
        }
    }
}
