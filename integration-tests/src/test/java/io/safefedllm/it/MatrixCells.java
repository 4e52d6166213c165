package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlwrCli;
import io.safefedllm.it.harness.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What every release must bear, on one SuperLink: our executor before both kinds of nodes, and our nodes under Flower's FedAvg. */
final class MatrixCells {

    static final Duration RUN_LIMIT = Duration.ofMinutes(10);

    private final MatrixMaterial material;
    private final MatrixReport report;
    private final Path directory;
    private final Federation federation;
    private final String kind;

    private MatrixCells(MatrixMaterial material, MatrixReport report, Path directory, Federation federation) {
        this.material = material;
        this.report = report;
        this.directory = directory;
        this.federation = federation;
        this.kind = federation.credentials().isPresent() ? "protected" : "open";
    }

    /** Runs all cells of one federation, one after the other. */
    static void run(MatrixMaterial material, MatrixReport report, Path directory, Federation federation) {
        MatrixCells cells = new MatrixCells(material, report, directory, federation);
        cells.cell("detection", cells::detect);
        List<ClientAppRunner> nodes = new ArrayList<>();
        try {
            cells.cell("jvm-nodes-join", () -> cells.joinNodes(nodes));
            cells.cell("executor-jvm-nodes", () -> cells.with(nodes, cells::serveAndShowLog));
            cells.cell("fedavg-jvm-nodes", () -> cells.with(nodes, cells::fedAvg));
        } finally {
            nodes.forEach(ClientAppRunner::close);
        }
        for (int node = 0; node < MatrixMaterial.NODES; node++) {
            federation.startPythonNode("python-" + node, cells.material.pythonNodeConfig(node), node);
        }
        cells.cell("executor-python-nodes", () -> cells.digest(cells.serve()));
    }

    private void cell(String name, MatrixReport.Work work) {
        report.cell(federation.release(), kind, name, work);
    }

    private String detect() {
        SuperLinkAddress executor = SuperLinkAddress.parse(federation.link().executorAddress());
        SuperLinkAddress fleet = SuperLinkAddress.parse(federation.link().fleetAddress());
        assertThat(SuperLinks.executorGeneration(executor, JvmSides.executorOptions(federation)))
                .isEqualTo(federation.release().executorGeneration());
        assertThat(SuperLinks.fleetGeneration(fleet, JvmSides.nodeOptions(federation, 0)))
                .isEqualTo(federation.release().fleetTransport());
        return "";
    }

    private String joinNodes(List<ClientAppRunner> nodes) {
        for (int node = 0; node < MatrixMaterial.NODES; node++) {
            ClientAppRunner runner = JvmSides.node(federation, material.trainingClient(), node);
            nodes.add(runner);
            new Thread(runner::run, "node-" + node).start();
        }
        return "";
    }

    private String with(List<ClientAppRunner> nodes, MatrixReport.Work work) throws Exception {
        assertThat(nodes).as("nodes that joined").hasSize(MatrixMaterial.NODES);
        return work.run();
    }

    private String serveAndShowLog() throws Exception {
        String run = serve();
        assertThat(federation.flwr().log(run)).contains("round=" + MatrixMaterial.ROUNDS + " ");
        return digest(run);
    }

    /** Serves one run with our strategy and returns its id. */
    private String serve() throws Exception {
        CompletableFuture<RunOutcome> served = JvmSides.serveOnce(federation, material.serverApp(state()));
        String run = federation.flwr().run(material.app(), "");
        try {
            RunOutcome outcome = served.get(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(outcome.isCompleted()).as(outcome.toString()).isTrue();
        } catch (ExecutionException | TimeoutException e) {
            // It would stay pending and be the next executor's.
            federation.flwr().stop(run);
            throw e;
        }
        assertThat(federation.flwr().status(run).status()).isEqualTo("finished:completed");
        return run;
    }

    /** The digest of a run's last adapter, after checking that every node counted in every round. */
    private String digest(String run) {
        RunFiles files = RunFiles.read(state(), run);
        assertThat(files.rounds()).hasSize(MatrixMaterial.ROUNDS).allSatisfy(round -> assertThat(
                        round.path("skipped").asBoolean(true))
                .isFalse());
        for (int round = 1; round <= MatrixMaterial.ROUNDS; round++) {
            assertThat(files.clients(round)).hasSize(MatrixMaterial.NODES).allSatisfy(client -> assertThat(
                            client.path("weight").asDouble())
                    .isPositive());
        }
        return files.adapterAfter(MatrixMaterial.ROUNDS).sha256();
    }

    private Path state() {
        return directory.resolve("state");
    }

    private String fedAvg() throws IOException {
        Path finalArrays = Files.createDirectory(directory.resolve("fedavg")).resolve("final.npz");
        try (ManagedProcess executor = federation.startPythonExecutor()) {
            String run = federation.flwr().run(material.app(), material.fedAvgConfig(finalArrays));
            FlwrCli.RunStatus status = federation.flwr().awaitFinished(run, RUN_LIMIT);
            assertThat(status.status())
                    .as(() -> executor.describe() + federation.flwr().log(run))
                    .isEqualTo("finished:completed");
        }
        return material.digest(finalArrays);
    }
}
