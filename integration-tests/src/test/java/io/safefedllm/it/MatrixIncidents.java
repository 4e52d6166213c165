package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.app.ServerApp;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlwrCli;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.NpzFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What goes wrong in a federation, or goes to its limits, played with one release of each dialect. Each method gets a SuperLink of its own. */
final class MatrixIncidents {

    /** One object of 40 MB: config records are not cut into chunks. */
    private static final int LARGE_OBJECT_BYTES = 40_000_000;

    private static final String FAILURE = "no adapter today";

    private final MatrixMaterial material;
    private final Path directory;
    private final Federation federation;

    /** Plays in a federation that nobody has joined, with an existing directory for its files. */
    MatrixIncidents(MatrixMaterial material, Path directory, Federation federation) {
        this.material = material;
        this.directory = directory;
        this.federation = federation;
    }

    /** A JVM node and a Python node both refuse a message, and both send 40 MB back. */
    String errorRepliesAndLargeObjects() throws Exception {
        SumApps.Server sums = new SumApps.Server(MatrixMaterial.NODES);
        RecordDict large = largeContent();
        Asking echo = new Asking(MatrixMaterial.NODES, "query", large);
        try (ClientAppRunner node = JvmSides.node(federation, addsOrEchoes(), 1)) {
            start(node, 1);
            federation.startPythonNode("python-0", onesConfig(), 0);
            serve(sums, RunStatus.COMPLETED);
            serve(echo, RunStatus.COMPLETED);
        }
        assertThat(sums.sums()).hasSize(MatrixMaterial.NODES).containsOnly(SumApps.expectedSum());
        assertThat(sums.errors()).hasSize(MatrixMaterial.NODES).anySatisfy(error -> assertThat(error)
                .contains(SumApps.REFUSAL));
        assertThat(echo.replies())
                .hasSize(MatrixMaterial.NODES)
                .noneMatch(Message::hasError)
                .allMatch(reply -> reply.content().equals(large), "is the 40 MB that were sent");
        return "";
    }

    /** A server app that throws: the run fails, and its user reads why. */
    String failingRun() throws Exception {
        String run = serve(
                (grid, context) -> {
                    throw new IllegalStateException(FAILURE);
                },
                RunStatus.FAILED);
        assertThat(federation.flwr().log(run)).contains(FAILURE);
        return "";
    }

    /** {@code flwr stop} while the server app works. */
    String userStop() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CompletableFuture<RunOutcome> served = JvmSides.serveOnce(federation, (grid, context) -> {
            while (grid.nodeIds().size() < Integer.MAX_VALUE) {
                working.countDown();
                Thread.sleep(100);
            }
        });
        String run = federation.flwr().run(material.app(), "");
        await(working, "the server app works");
        federation.flwr().stop(run);
        assertEnded(run, served, RunStatus.STOPPED);
        return "";
    }

    /** A node that is online and never heard of again is answered for by the platform; the other's reply counts. */
    String nodeGoesAway() throws Exception {
        Asking asking = new Asking(MatrixMaterial.NODES, "query", RecordDict.of(Map.of("config", config("round", 1))));
        try (ClientAppRunner node = JvmSides.node(federation, addsOrEchoes(), 1)) {
            start(node, 1);
            try (NodeLink vanishing = JvmSides.nodeLink(federation, 0)) {
                vanishing.join();
            }
            serve(asking, RunStatus.COMPLETED);
        }
        assertThat(asking.replies()).hasSize(MatrixMaterial.NODES);
        assertThat(asking.replies().stream().filter(Message::hasError).toList())
                .singleElement()
                .satisfies(gone -> assertThat(gone.error().code()).isEqualTo(MessageError.NODE_UNAVAILABLE));
        return "";
    }

    /**
     * {@code kill -9} of {@code serve} in the second round. The platform gives the run up, which the next {@code serve} says; another run
     * goes on after the last finished round and ends with the same adapter as if nothing had happened.
     */
    String killedExecutor() throws Exception {
        CountDownLatch inSecondRound = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        ClientApp client = OneNode.heldInRound(2, inSecondRound, killed, material.trainingClient());
        try (ClientAppRunner first = JvmSides.node(federation, client, 0);
                ClientAppRunner second = JvmSides.node(federation, client, 1)) {
            start(first, 0);
            start(second, 1);
            ManagedProcess serve = federation.startServe(material.serveOptions());
            String lost = federation.flwr().run(material.app(), "");
            await(inSecondRound, "the second round has begun");
            serve.crash();
            killed.countDown();
            assertThat(federation
                            .flwr()
                            .awaitFinished(lost, MatrixCells.RUN_LIMIT)
                            .status())
                    .isEqualTo("finished:failed");

            return resume(federation.state().resolve(lost));
        }
    }

    private String resume(Path lost) {
        String[] options = Stream.concat(
                        Arrays.stream(material.serveOptions()), Stream.of("--set", "safe-fedllm.resume-from=" + lost))
                .toArray(String[]::new);
        ManagedProcess serve = federation.startServe(options);
        serve.awaitOutput("run " + lost.getFileName() + ": over", MatrixCells.RUN_LIMIT);
        assertThat(lost.resolve("claim.json")).doesNotExist();
        String run = federation.flwr().run(material.app(), "");
        FlwrCli.RunStatus status = federation.flwr().awaitFinished(run, MatrixCells.RUN_LIMIT);
        assertThat(status.status()).as(serve::describe).isEqualTo("finished:completed");
        assertThat(serve.awaitExit(MatrixCells.RUN_LIMIT)).isZero();
        return RunFiles.read(federation.state(), run)
                .adapterAfter(MatrixMaterial.ROUNDS)
                .sha256();
    }

    private static ClientApp addsOrEchoes() {
        ClientApp adds = SumApps.addsOne();
        return (message, context) ->
                message.metadata().messageType().equals("query") ? message.content() : adds.handle(message, context);
    }

    private String serve(ServerApp app, RunStatus expected) throws Exception {
        CompletableFuture<RunOutcome> served = JvmSides.serveOnce(federation, app);
        String run = federation.flwr().run(material.app(), "");
        assertEnded(run, served, expected);
        return run;
    }

    private void assertEnded(String run, CompletableFuture<RunOutcome> served, RunStatus expected) throws Exception {
        RunOutcome outcome = served.get(MatrixCells.RUN_LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(expected);
        assertThat(federation.flwr().status(run).status()).isEqualTo("finished:" + expected.wireName());
    }

    private String onesConfig() throws IOException {
        Path updates = Files.createDirectory(directory.resolve("ones"));
        NpzFile.write(updates.resolve("node-0-round-1-later.npz"), SumApps.ones());
        return "partition-id=0 updates=\"" + updates + "\"";
    }

    private static RecordDict largeContent() {
        byte[] bytes = new byte[LARGE_OBJECT_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((i * 31) >> 8);
        }
        return RecordDict.of(
                Map.of("config", ConfigRecord.builder().put("blob", bytes).build()));
    }

    private static ConfigRecord config(String key, long value) {
        return ConfigRecord.builder().put(key, value).build();
    }

    private static void start(ClientAppRunner node, int partition) {
        new Thread(node::run, "node-" + partition).start();
    }

    private static void await(CountDownLatch latch, String what) throws InterruptedException {
        assertThat(latch.await(MatrixCells.RUN_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as(what)
                .isTrue();
    }
}
