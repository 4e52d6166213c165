package io.safefedllm.lab.simulate;

import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.report.UpdateMap;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.exchange.Seeds;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import io.safefedllm.strategy.round.ServerAppBuilder;
import io.safefedllm.strategy.trust.AuditKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Runs one arm after the other of the same simulation on a workbench. Confined to one thread. */
final class ArmRunner {
    private final Workbench bench;
    private final Optional<ProbeSet> probe;
    private final SimulationSettings settings;
    private final Population population;
    private final LongSupplier nanoTicker;
    private final String version;

    ArmRunner(
            Workbench bench,
            Optional<ProbeSet> probe,
            SimulationSettings settings,
            Population population,
            LongSupplier nanoTicker,
            String version) {
        this.bench = bench;
        this.probe = probe;
        this.settings = settings;
        this.population = population;
        this.nanoTicker = nanoTicker;
        this.version = version;
    }

    /**
     * What an arm ended with.
     *
     * @param result the figures
     * @param map draws the updates of the arm when asked
     */
    record Outcome(ArmResult result, Supplier<UpdateMap> map) {}

    /** Returns what tells the apps of a client apart. */
    static Map<String, Object> nodeConfig(int client) {
        return Map.of("partition-id", (long) client);
    }

    /**
     * Runs an arm, whose files go into {@code home}.
     *
     * @throws CancellationException if {@code cancelled} came true between two replies
     * @throws IllegalStateException if the run failed
     */
    Outcome run(ArmSpec arm, Path home, SimulationListener listener, BooleanSupplier cancelled) throws IOException {
        listener.armStarted(arm.name(), settings.rounds());
        Files.createDirectories(home);
        ArmWatch watch = new ArmWatch(arm.name(), population.hostile(), listener);
        ArmRecorder recorder = new ArmRecorder(
                arm.name(), population.hostile(), watch, bench.task().examiner(), listener, cancelled);
        Crowd crowd = new Crowd(bench, settings, population, watch);
        requireCompleted(arm, federation(crowd, watch).run(serverApp(arm, home, recorder, crowd)));
        ArmResult result = recorder.result(PeftDirectory.read(home).adapter());
        listener.armFinished(result);
        return new Outcome(result, watch::map);
    }

    private SafeFedLlmServerApp serverApp(ArmSpec arm, Path home, ArmRecorder recorder, Crowd crowd) {
        ServerAppBuilder builder = SafeFedLlmServerApp.builder()
                .defaults(strategySettings(arm))
                .initialAdapter(
                        new PeftAdapter(bench.model().lora(), bench.model().initial(LocalTraining.LORA_SEED)))
                .runDirectory(home)
                .listener(recorder)
                .nanoTicker(nanoTicker)
                .auditSecret(() -> auditSecret(settings.seed()))
                .version(version);
        probe.ifPresent(builder::probe);
        if (arm.trainsCanaries()) {
            builder.canaryClients(crowd.canaries());
        }
        if (arm.oracle()) {
            builder.trustPolicy(new OraclePolicy(population.hostile()));
        }
        return builder.build();
    }

    /** No client of a simulation looks for the secret, so it may follow from the seed: runs can be repeated. */
    private static byte[] auditSecret(long seed) {
        ByteBuffer secret = ByteBuffer.allocate(AuditKey.LENGTH);
        for (long part = 0; secret.hasRemaining(); part++) {
            secret.putLong(Seeds.derive(seed, "audit-secret", ServerRound.first(), part));
        }
        return secret.array();
    }

    private Map<String, Object> strategySettings(ArmSpec arm) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("safe-fedllm.level", arm.level().key());
        values.put("safe-fedllm.rule", arm.rule());
        if (arm.takesByzantine()) {
            values.put("safe-fedllm.rule.byzantine", (long) settings.hostileClients());
        }
        values.put("safe-fedllm.rounds", (long) settings.rounds());
        values.put("safe-fedllm.sample-clients", (long) settings.clients());
        values.put("strategy.min-available-nodes", (long) settings.clients());
        values.put("safe-fedllm.seed", settings.seed());
        values.put("safe-fedllm.local.steps", (long) settings.training().steps());
        values.put("safe-fedllm.local.batch-size", (long) settings.training().batchSize());
        values.putAll(arm.overrides());
        return values;
    }

    private EmbeddedFederation federation(Crowd crowd, ArmWatch watch) {
        EmbeddedFederation.Builder builder = EmbeddedFederation.builder();
        crowd.apps()
                .forEach((client, app) -> builder.node(
                        ArmRecorder.nodeId(client), nodeConfig(client), new WatchedClient(client, app, watch)));
        return builder.build();
    }

    private static void requireCompleted(ArmSpec arm, RunOutcome outcome) {
        if (outcome.isCompleted()) {
            return;
        }
        if (outcome.cause() instanceof CancellationException cancelled) {
            throw cancelled;
        }
        throw new IllegalStateException("arm " + arm.name() + " failed: " + outcome.reason(), outcome.cause());
    }
}
