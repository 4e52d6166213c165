package io.safefedllm.it;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.it.harness.Credentials;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.PythonEnvironment;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import io.safefedllm.strategy.trust.AuditKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What every cell of the matrix works with: one app, one first adapter, one probe, rows and updates that are the same for all
 * releases, so that equal code leaves equal bytes.
 */
final class MatrixMaterial implements AutoCloseable {

    static final int ROUNDS = 3;
    static final int NODES = 2;

    /** Keys beyond those of the two nodes, for nodes that are never registered. */
    private static final int STRANGERS = 1;

    private final LoraAdapter initial = RunFiles.adapter(TinyLlama.INITIAL_ADAPTER);
    private final TinyLlama trainer = new TinyLlama();
    private final Path rows;
    private final FedAvgFiles fedAvg;
    private final RecordedUpdates recorded;
    private final FlowerApp app;
    private final Credentials credentials;

    private MatrixMaterial(Path directory, PythonEnvironment python) throws IOException {
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        TinyLlama.writeCorpus(corpus);
        this.rows = TinyLlama.benign(corpus);
        this.fedAvg = FedAvgFiles.write(initial, directory);
        Path updates = Files.createDirectory(directory.resolve("updates"));
        this.recorded = RecordedUpdates.make(trainer, updates, rows, initial, NODES, ROUNDS);
        this.app = FlowerApp.copy("recorded-updates", directory);
        this.credentials =
                Credentials.make(python, Files.createDirectory(directory.resolve("credentials")), NODES + STRANGERS);
    }

    /** Prepares everything; the directory must be empty. */
    static MatrixMaterial prepare(Path directory, PythonEnvironment python) throws IOException {
        return new MatrixMaterial(directory, python);
    }

    FlowerApp app() {
        return app;
    }

    Credentials credentials() {
        return credentials;
    }

    /** Node config of a Python node that answers with updates recorded beforehand. */
    String pythonNodeConfig(int partition) {
        return recorded.nodeConfig(partition);
    }

    /** Our client, which trains; nodes of one JVM take turns, for they share one model. */
    ClientApp trainingClient() {
        ClientApp client = trainer.client(rows);
        return (message, context) -> {
            synchronized (trainer) {
                return client.handle(message, context);
            }
        };
    }

    /** Our strategy with its defaults, which screens with a probe. */
    SafeFedLlmServerApp serverApp(Path stateDirectory) throws IOException {
        return SafeFedLlmServerApp.builder()
                .defaults(Map.of(
                        "safe-fedllm.seed", TinyLlama.SEED,
                        "safe-fedllm.local.steps", (long) TinyLlama.STEPS,
                        "strategy.min-available-nodes", (long) NODES))
                .probe(ProbeFile.read(TinyLlama.PROBE))
                .initialAdapter(PeftDirectory.read(TinyLlama.INITIAL_ADAPTER))
                .stateDirectory(stateDirectory)
                .auditSecret(() -> new byte[AuditKey.LENGTH])
                .build();
    }

    /** The same strategy as options of {@code serve}. */
    String[] serveOptions() {
        return TinyLlama.serveOptions(
                "--set",
                "safe-fedllm.seed=" + TinyLlama.SEED,
                "--set",
                "safe-fedllm.local.steps=" + TinyLlama.STEPS,
                "--set",
                "strategy.min-available-nodes=" + NODES);
    }

    /** Run config of Flower's own FedAvg, which leaves its last arrays in a file. */
    String fedAvgConfig(Path finalArrays) {
        return fedAvg.runConfig(ROUNDS, finalArrays);
    }

    /** The digest of what {@link #fedAvgConfig} left, as that of an adapter. */
    String digest(Path finalArrays) {
        return fedAvg.left(finalArrays).sha256();
    }

    @Override
    public void close() {
        trainer.close();
    }
}
