package io.safefedllm.app.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.Harness;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateCommandTest {
    private static final String MODULE = "base_model.model.model.layers.0.self_attn.q_proj.";

    private final Harness program = new Harness();

    @TempDir
    private Path directory;

    @BeforeEach
    void writeAdapters() throws IOException {
        write("a", 1, 1f, 2f, 3f, 4f);
        write("b", 1, 3f, 2f, 1f, 0f);
        write("c", 1, 1e30f, -1e30f, 1e30f, -1e30f);
        write("d", 1, 2f, 3f, 2f, 1f);
        write("e", 1, 1f, 3f, 3f, 2f);
        write("start", 1, 0f, 0f, 0f, 0f);
        write("other", 2, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f);
    }

    @Test
    void aggregate_mean_weighsByExamplesAndTrust() throws IOException {
        assertThat(aggregate("--weights", "1,0.5", "--examples", "1,6", path("a"), path("b")))
                .isZero();

        assertThat(merged()).containsExactly(2.5f, 2f, 1.5f, 1f);
    }

    @Test
    void aggregate_trimmedMean_ignoresTheOutlier() throws IOException {
        assertThat(aggregate("--rule", "trimmed-mean", "--byzantine", "1", path("a"), path("b"), path("c")))
                .isZero();

        assertThat(merged()).containsExactly(3f, 2f, 3f, 0f);
    }

    @Test
    void aggregate_ruleThatLooksAtChanges_startsFromTheBase() throws IOException {
        write("start", 1, 1f, 1f, 1f, 1f);

        assertThat(aggregate(
                        "--rule",
                        "norm-clipping+mean",
                        "--param",
                        "bound=2",
                        "--base",
                        path("start"),
                        path("start"),
                        path("c")))
                .isZero();

        assertThat(merged()).containsExactly(1.5f, 0.5f, 1.5f, 0.5f);
    }

    @Test
    void aggregate_resultThatIsNotFinite_isRefusedAndNotWritten() {
        assertThat(aggregate(
                        "--rule",
                        "flame",
                        "--param",
                        "noise=1e300",
                        "--base",
                        path("start"),
                        path("a"),
                        path("b"),
                        path("d")))
                .isEqualTo(1);

        assertThat(program.err())
                .contains("SFL-106", "rule 'flame' makes an adapter of these that holds", "nothing was");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void aggregate_equalAdaptersAndATinyDistance_areTheirMedian() throws IOException {
        assertThat(aggregate("--rule", "geometric-median", "--param", "nu=1e-320", path("a"), path("a"), path("a")))
                .isZero();

        assertThat(merged()).containsExactly(1f, 2f, 3f, 4f);
    }

    @Test
    void aggregate_everyRuleOfTheTable_merges() throws IOException {
        for (String rule : AggregationRules.names()) {
            assertThat(aggregate(
                            "--rule",
                            rule,
                            "--byzantine",
                            "1",
                            "--base",
                            path("start"),
                            path("a"),
                            path("b"),
                            path("c"),
                            path("d"),
                            path("e")))
                    .as(rule)
                    .isZero();
            assertThat(merged()).as(rule).hasSize(4);
        }
    }

    @Test
    void aggregate_seed_decidesWhatIsDrawn() throws IOException {
        assertThat(bucketed(1)).isEqualTo(bucketed(1));
        Set<String> drawn = new HashSet<>();
        for (int seed = 0; seed < 8; seed++) {
            drawn.add(bucketed(seed));
        }
        assertThat(drawn).hasSizeGreaterThan(1);
    }

    private String bucketed(int seed) throws IOException {
        assertThat(aggregate(
                        "--rule",
                        "bucketing+median",
                        "--param",
                        "kind=lower",
                        "--seed",
                        seed + "",
                        path("a"),
                        path("b"),
                        path("d"),
                        path("e")))
                .isZero();
        return Arrays.toString(merged());
    }

    @Test
    void aggregate_help_listsTheTable() {
        assertThat(program.run("aggregate", "--help")).isZero();

        assertThat(program.out())
                .contains(AggregationRules.names())
                .contains("krum ", "(needs --byzantine)", "flame.noise=0.001: ", "Examples:");
    }

    @Test
    void aggregate_json_isOneObject() {
        assertThat(aggregate("--json", path("a"), path("b"))).isZero();

        assertThat(program.out())
                .startsWith("{\"rule\":\"mean\",\"used\":[")
                .contains("\"factors\":[1.0,1.0],\"figures\":{},\"degraded\":false,\"sha256\":\"")
                .endsWith("\"}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rule median-of-nothing a b | 2 | SFL-100 | unknown aggregation rule 'median-of-nothing'",
                "--rule multi-krum a b        | 2 | SFL-100 | --byzantine F",
                "--rule flame a b             | 2 | SFL-100 | rule 'flame' looks at changes and needs",
                "--rule flame --param x=1 a   | 2 | SFL-100 | unknown parameter 'rule.x'",
                "--param noise a              | 2 | SFL-100 | --param must be KEY=VALUE but was 'noise'",
                "--rule nnm+krums a           | 2 | SFL-100 | unknown aggregation rule 'krums'",
                "--rule krum --byzantine -1 a | 2 | SFL-100 | must not be negative but was -1",
                "--byzantine x a              | 2 | SFL-100 | '--byzantine'",
                "--weights 1 a b              | 2 | SFL-100 | one value for each of the 2 adapters but has 1",
                "--weights 1,1.5 a b          | 2 | SFL-100 | one is 1.5",
                "--weights 1,NaN a b          | 2 | SFL-100 | one is NaN",
                "--examples 0 a               | 2 | SFL-100 | at least 1 but one is 0",
                "--weights 0,0 a b            | 1 | SFL-106 | no adapter is left",
                "a nowhere                    | 2 | SFL-101 | nowhere",
                "a .                          | 1 | SFL-106 | adapter_config.json",
                "a other                      | 1 | SFL-106 | other tensors, rank or alpha"
            })
    void aggregate_badInput_endsWithOneLineAndLeavesNothing(String line, int status, String code, String reason) {
        String[] args = line.split(" +");
        for (int i = args.length - 1;
                i >= 0 && args[i].matches("[a-z.]+") && !args[Math.max(0, i - 1)].startsWith("--");
                i--) {
            args[i] = directory.resolve(args[i]).toString();
        }

        assertThat(aggregate(args)).isEqualTo(status);

        assertThat(program.out()).isEmpty();
        assertThat(program.err().lines())
                .singleElement()
                .asString()
                .contains(reason)
                .endsWith(code + " (docs/exit-codes/" + code + ".md)");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    private int aggregate(String... args) {
        List<String> all = new java.util.ArrayList<>(List.of("aggregate", "--out", path("out")));
        all.addAll(List.of(args));
        return program.run(all.toArray(new String[0]));
    }

    private float[] merged() throws IOException {
        return PeftDirectory.read(directory.resolve("out")).adapter().toArray();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private void write(String name, int rank, float... values) throws IOException {
        AdapterLayout layout = AdapterLayout.of(List.of(
                new TensorSpec(MODULE + "lora_A.weight", List.of(rank, 2)),
                new TensorSpec(MODULE + "lora_B.weight", List.of(2, rank))));
        PeftDirectory.write(
                directory.resolve(name),
                new PeftAdapter(
                        new LoraConfig(rank, 16, 0.0, List.of("q_proj"), ""), LoraAdapter.copyOf(layout, values)));
    }
}
