package io.safefedllm.lab.simulate;

import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.report.ReportFiles;
import io.safefedllm.lab.report.SimulationResult;
import io.safefedllm.lab.report.UpdateMap;
import io.safefedllm.probe.model.ProbeSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
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
        return Interruptible.run("simulation", cancelled -> () -> arms(directory, listener, cancelled));
    }

    private SimulationResult arms(Path directory, SimulationListener listener, BooleanSupplier cancelled) {
        Optional<ProbeSet> given =
                settings.screens() ? settings.material().probe().map(TrialProbe::read) : Optional.empty();
        try (Workbench bench = Workbench.open(settings, nanoTicker, cancelled)) {
            Files.createDirectories(directory);
            Population population = Population.draw(settings, bench.task());
            Optional<ProbeSet> probe =
                    settings.screens() && given.isEmpty() ? trained(bench, directory, listener) : given;
            ArmRunner runner = new ArmRunner(bench, probe, settings, population, nanoTicker, version);
            Map<String, Object> used = UsedSettings.of(settings, population, bench.task(), probe);
            return arms(runner, used, directory, listener, cancelled);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the results into " + directory, e);
        }
    }

    private Optional<ProbeSet> trained(Workbench bench, Path directory, SimulationListener listener)
            throws IOException {
        ProbeRows rows = bench.task()
                .probeRows()
                .orElseThrow(() -> new IllegalStateException("the material of a corpus always names a probe file"));
        return Optional.of(
                new TrialProbe(rows, bench.model(), settings, nanoTicker, version).train(directory, listener));
    }

    private SimulationResult arms(
            ArmRunner runner,
            Map<String, Object> used,
            Path directory,
            SimulationListener listener,
            BooleanSupplier cancelled)
            throws IOException {
        List<ArmResult> results = new ArrayList<>();
        Optional<UpdateMap> map = Optional.empty();
        SimulationResult result = new SimulationResult(used, results);
        for (String name : settings.arms()) {
            ArmSpec arm = Arms.named(name);
            ArmRunner.Outcome outcome = runner.run(arm, armDirectory(directory, name), listener, cancelled);
            results.add(outcome.result());
            if (arm.screens() || map.isEmpty()) {
                map = Optional.of(outcome.map().get());
            }
            result = new SimulationResult(used, results);
            ReportFiles.write(directory, result, map);
        }
        return result;
    }

    private static Path armDirectory(Path directory, String arm) {
        return directory.resolve(Arms.named(arm).directoryName());
    }

    private static void requireFresh(Path directory) {
        if (Files.exists(directory.resolve("journal.jsonl"))) {
            throw new IllegalArgumentException(
                    "'" + directory + "' holds the journal of an earlier simulation; name another directory");
        }
    }
}
