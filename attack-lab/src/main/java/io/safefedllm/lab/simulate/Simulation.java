package io.safefedllm.lab.simulate;

import io.safefedllm.client.model.EngineRuntime;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.report.ReportFiles;
import io.safefedllm.lab.report.SimulationResult;
import io.safefedllm.lab.report.UpdateMap;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import io.safefedllm.strategy.round.ServerAppBuilder;
import io.safefedllm.strategy.trust.Level;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Runs the same clients under several defences in one JVM: the product's own strategy and client over the embedded link.
 *
 * <p>Everything is drawn from the seed, and training is deterministic: the same settings give the same files, seconds apart. What arms
 * have in common, a client's training from the same adapter on the same rows, is computed once and charged to each of them.
 */
public final class Simulation {
    private final SimulationSettings settings;
    private final LongSupplier nanoTicker;
    private final String version;

    /**
     * Prepares a simulation.
     *
     * @param nanoTicker what durations are measured with, in nanoseconds
     * @param version what journals state
     */
    public Simulation(SimulationSettings settings, LongSupplier nanoTicker, String version) {
        this.settings = settings;
        this.nanoTicker = nanoTicker;
        this.version = version;
    }

    /**
     * Runs all arms and writes their files, {@code result.json} and {@code report.html}; after each arm, these hold the arms so far.
     *
     * @param directory is made if missing
     * @throws IllegalArgumentException if {@code directory} holds the journal of an earlier simulation
     * @throws CancellationException if the calling thread was interrupted; it is still marked so, and the files of
     *     the finished arms are complete
     * @throws IllegalStateException if an arm failed
     * @throws UncheckedIOException if the probe cannot be read or a file cannot be written
     * @throws io.safefedllm.client.checkpoint.CheckpointException if the model directory is none
     */
    public SimulationResult run(Path directory, SimulationListener listener) {
        for (String arm : settings.arms()) {
            requireFresh(armDirectory(directory, arm));
        }
        AtomicBoolean cancelled = new AtomicBoolean();
        FutureTask<SimulationResult> work = new FutureTask<>(() -> arms(directory, listener, cancelled));
        Thread thread = new Thread(work, "simulation");
        thread.setDaemon(true);
        thread.start();
        return await(work, cancelled);
    }

    /*
     * The arms run on a thread of their own, because an interrupt closes whatever file its thread is writing. So the
     * caller's interrupt becomes a flag that is looked at between two replies, when no file is open half-written.
     */
    private static SimulationResult await(FutureTask<SimulationResult> work, AtomicBoolean cancelled) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return work.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancelled.set(true);
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the simulation failed: " + e.getCause(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private SimulationResult arms(Path directory, SimulationListener listener, AtomicBoolean cancelled) {
        EngineRuntime.useThreads(1);
        Optional<ProbeSet> probe = readProbe();
        try (TrialModel model =
                TrialModel.open(settings.model(), settings.training().lora())) {
            Files.createDirectories(directory);
            return new Run(directory, listener, cancelled, model, probe).arms();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the results into " + directory, e);
        }
    }

    private Optional<ProbeSet> readProbe() {
        if (settings.arms().stream().map(Arms::named).allMatch(arm -> arm.level() == Level.NONE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ProbeFile.read(settings.probe()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path armDirectory(Path directory, String arm) {
        return directory.resolve(arm.replace(':', '-'));
    }

    private static void requireFresh(Path directory) {
        if (Files.exists(directory.resolve("journal.jsonl"))) {
            throw new IllegalArgumentException(
                    "'" + directory + "' holds the journal of an earlier simulation; name another directory");
        }
    }

    /** One run of the simulation. */
    private final class Run {
        private final Path directory;
        private final SimulationListener listener;
        private final AtomicBoolean cancelled;
        private final TrialModel model;
        private final Optional<ProbeSet> probe;
        private final Population population;
        private final Examiner examiner;
        private final TrainingMemo memo = new TrainingMemo(nanoTicker);
        private final List<ArmResult> results = new ArrayList<>();
        private Optional<UpdateMap> map = Optional.empty();

        Run(
                Path directory,
                SimulationListener listener,
                AtomicBoolean cancelled,
                TrialModel model,
                Optional<ProbeSet> probe) {
            Corpus corpus = Corpus.of(Corpus.BUNDLED_SEED);
            this.directory = directory;
            this.listener = listener;
            this.cancelled = cancelled;
            this.model = model;
            this.probe = probe;
            this.population = Population.draw(settings, corpus, model);
            this.examiner = new Examiner(model, corpus, settings.evaluation());
        }

        SimulationResult arms() throws IOException {
            SimulationResult result = result();
            for (String name : settings.arms()) {
                arm(Arms.named(name));
                result = result();
                ReportFiles.write(directory, result, map);
            }
            return result;
        }

        private SimulationResult result() {
            Map<String, Object> used = UsedSettings.of(settings, population, examiner, probe);
            return new SimulationResult(used, results);
        }

        private void arm(ArmSpec arm) throws IOException {
            listener.armStarted(arm.name(), settings.rounds());
            Path home = armDirectory(directory, arm.name());
            Files.createDirectories(home);
            ArmWatch watch = new ArmWatch(population.hostile());
            ArmRecorder recorder =
                    new ArmRecorder(arm.name(), population.hostile(), examiner, listener, cancelled::get);
            SafeFedLlmServerApp app = serverApp(arm, home, recorder);
            RunOutcome outcome = federation(watch).run(app);
            requireCompleted(arm, outcome);
            ArmResult result = recorder.result(PeftDirectory.read(home).adapter(), watch);
            results.add(result);
            if (arm.level() != Level.NONE || map.isEmpty()) {
                map = Optional.of(watch.map(arm.name()));
            }
            listener.armFinished(result);
        }

        private SafeFedLlmServerApp serverApp(ArmSpec arm, Path home, ArmRecorder recorder) {
            ServerAppBuilder builder = SafeFedLlmServerApp.builder()
                    .defaults(strategySettings(arm))
                    .initialAdapter(new PeftAdapter(model.lora(), model.initial(LocalTraining.LORA_SEED)))
                    .runDirectory(home)
                    .listener(recorder)
                    .nanoTicker(nanoTicker)
                    .version(version);
            probe.ifPresent(builder::probe);
            if (arm.oracle()) {
                builder.trustPolicy(new OraclePolicy(population.hostile()));
            }
            return builder.build();
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
            values.put(
                    "safe-fedllm.local.batch-size", (long) settings.training().batchSize());
            return values;
        }

        private EmbeddedFederation federation(ArmWatch watch) {
            EmbeddedFederation.Builder builder = EmbeddedFederation.builder();
            for (int client = 0; client < settings.clients(); client++) {
                SimulatedClient app = new SimulatedClient(
                        client, model, population.rows().get(client), settings.training(), memo, watch);
                builder.node(ArmRecorder.nodeId(client), Map.of("partition-id", (long) client), app);
            }
            return builder.build();
        }

        private void requireCompleted(ArmSpec arm, RunOutcome outcome) {
            if (outcome.isCompleted()) {
                return;
            }
            if (outcome.cause() instanceof CancellationException cancelled) {
                throw cancelled;
            }
            throw new IllegalStateException("arm " + arm.name() + " failed: " + outcome.reason(), outcome.cause());
        }
    }
}
