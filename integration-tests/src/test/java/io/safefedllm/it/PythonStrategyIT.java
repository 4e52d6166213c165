package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.NpzFile;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.it.harness.PythonPackage;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A Python ServerApp with our strategy in it, and three stock clients of which one is hostile. */
@ExtendWith(ProcessOutputOnFailure.class)
class PythonStrategyIT {

    private static final String SERVER_APP = "recorded.protected_server_app:app";
    private static final Duration RUN_LIMIT = Duration.ofMinutes(4);
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 2;
    private static final int NODES = 3;
    private static final int HOSTILE = 2;

    @TempDir
    private static Path shared;

    private static LoraAdapter initial = RunFiles.adapter(TinyLlama.INITIAL_ADAPTER);
    private static RecordedUpdates recorded;

    @BeforeAll
    static void trainBeforehand() throws IOException {
        Path corpus = Files.createDirectory(shared.resolve("corpus"));
        TinyLlama.writeCorpus(corpus);
        NpzFile.write(shared.resolve("initial.npz"), RecordedUpdates.tensors(initial.layout(), initial::tensor));
        Path benign = TinyLlama.benign(corpus);
        try (TinyLlama trainer = new TinyLlama()) {
            Path updates = Files.createDirectory(shared.resolve("updates"));
            List<Path> data = List.of(benign, benign, TinyLlama.harmful(corpus));
            recorded = RecordedUpdates.make(trainer, updates, data, initial, ROUNDS);
        }
    }

    @Test
    void start_sameRepliesAsServe_sameJournalAndSameAdapter(@TempDir Path directory) throws IOException {
        Map<String, String> variables = strategyVariables(PythonPackage.inPlace(directory));
        FlowerApp app = app(directory);
        String served;
        String kept;
        try (Federation federation = Federation.start(FlwrRelease.HTTP_ACQUIRE, directory)) {
            startNodes(federation);
            ManagedProcess serve = federation.startServe(TinyLlama.serveOptions());
            served = completed(federation, app, directory);
            assertThat(serve.awaitExit(END_LIMIT)).isZero();
            federation.startPythonExecutor(variables);
            kept = completed(federation, app.serverApp(SERVER_APP), directory);
        }

        RunFiles byServe = RunFiles.read(directory.resolve("state"), served);
        RunFiles byStrategy = RunFiles.read(directory.resolve("state"), kept);
        assertThat(unchained(byStrategy)).isEqualTo(unchained(byServe));
        assertThat(adapterFile(directory, kept)).hasSameBinaryContentAs(adapterFile(directory, served));
        assertThat(byStrategy.weights(ROUNDS)).containsOnlyOnce(0.0).hasSize(NODES);
    }

    @Test
    void start_superLinkThatRunsServerApps_weighsTheHostileClientZero(@TempDir Path directory) {
        Map<String, String> variables = strategyVariables(PythonPackage.install(directory));
        FlowerApp app = app(directory).serverApp(SERVER_APP);
        String run;
        try (Federation federation =
                Federation.startWithOwnServerApps(FlwrRelease.GRPC_CLASSIC, directory, variables)) {
            startNodes(federation);
            run = completed(federation, app, directory);
            assertThat(federation.flwr().log(run))
                    .contains("round=2 admitted=3")
                    .containsPattern("ROUND 2 WEIGHTS \\[0\\.0, 0\\.\\d+, 0\\.\\d+\\] HOSTILE 1");

            // Nobody holds the other end of its input, as when the program that started it was killed.
            assertThat(federation.startServe("--end-with-input").awaitExit(END_LIMIT))
                    .isZero();
        }

        RunFiles files = RunFiles.read(directory.resolve("state"), run);
        LoraAdapter last = files.adapterAfter(ROUNDS);
        Map<String, NpzFile.Tensor> returned = NpzFile.read(directory.resolve("final.npz"));
        for (TensorSpec tensor : last.layout().tensors()) {
            assertThat(Objects.requireNonNull(returned.get(tensor.name())).toArray())
                    .as(tensor.name())
                    .containsExactly(last.tensor(tensor.name()));
        }
    }

    private static Map<String, String> strategyVariables(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("SAFE_FEDLLM_PROBE", TinyLlama.PROBE.toString());
        return all;
    }

    private static FlowerApp app(Path directory) {
        return FlowerApp.copy("recorded-updates", directory)
                .declare("safe-fedllm.level = \"shadow\"")
                .declare("safe-fedllm.seed = " + TinyLlama.SEED)
                .declare("strategy.min-available-nodes = " + NODES);
    }

    private static void startNodes(Federation federation) {
        for (int node = 0; node < NODES; node++) {
            federation.startPythonNode(node == HOSTILE ? "hostile" : "honest-" + node, recorded.nodeConfig(node));
        }
    }

    private static String completed(Federation federation, FlowerApp app, Path directory) {
        String config = "num-server-rounds=%d initial-arrays=\"%s\" final-arrays=\"%s\""
                .formatted(ROUNDS, shared.resolve("initial.npz"), directory.resolve("final.npz"));
        String run = federation.flwr().run(app, config);
        assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
        return run;
    }

    /** The lines of a journal without what must differ: the id of the run, and the hashes that follow from it. */
    private static List<JsonNode> unchained(RunFiles files) {
        return files.journal().stream()
                .<JsonNode>map(line -> ((ObjectNode) line).without(List.of("runId", "prev")))
                .toList();
    }

    private static Path adapterFile(Path directory, String run) {
        return directory.resolve("state").resolve(run).resolve("adapter_model.safetensors");
    }
}
