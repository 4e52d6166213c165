package io.safefedllm.lab.simulate;

import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.probe.digest.Sha256;
import io.safefedllm.probe.model.ProbeSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Plays single arms of many simulations that have model, probe and measurements in common; what they have trained before is not trained
 * again. Confined to one thread; holds native memory until closed.
 */
public final class ArmBench implements AutoCloseable {
    private final Workbench bench;
    private final ProbeSet probe;
    private final String modelSha256;
    private final LongSupplier nanoTicker;
    private final String version;

    private ArmBench(Workbench bench, ProbeSet probe, String modelSha256, LongSupplier nanoTicker, String version) {
        this.bench = bench;
        this.probe = probe;
        this.modelSha256 = modelSha256;
        this.nanoTicker = nanoTicker;
        this.version = version;
    }

    /**
     * Loads model and probe of {@code common}.
     *
     * @param nanoTicker what durations are measured with, in nanoseconds
     * @param version what journals state
     * @throws UncheckedIOException if a file cannot be read
     * @throws IllegalArgumentException if {@code common} names no probe file
     * @throws io.safefedllm.client.checkpoint.CheckpointException if the model directory is none
     */
    public static ArmBench open(SimulationSettings common, LongSupplier nanoTicker, String version) {
        TrialMaterial material = common.material();
        ProbeSet probe = TrialProbe.read(material.probe()
                .orElseThrow(() -> new IllegalArgumentException("single arms are played with a probe file only")));
        String modelSha256 = FileDigest.ofModel(material.model());
        return new ArmBench(Workbench.open(common, nanoTicker, () -> false), probe, modelSha256, nanoTicker, version);
    }

    /**
     * Plays the first arm of {@code settings}, whose model, probe, recipe and measurements are those that the bench was opened with.
     *
     * @param home gets the files of the run; must be missing or empty
     * @throws java.util.concurrent.CancellationException if {@code cancelled} came true between two replies
     * @throws IllegalStateException if the run failed
     * @throws UncheckedIOException if a file cannot be written
     */
    public ArmResult play(SimulationSettings settings, Path home, BooleanSupplier cancelled) {
        ArmSpec arm = Arms.named(settings.arms().get(0));
        Population population = Population.draw(settings, bench.task());
        ArmRunner runner = new ArmRunner(bench, Optional.of(probe), settings, population, nanoTicker, version);
        try {
            return runner.run(arm, home, SimulationListener.none(), cancelled).result();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the files of " + arm.name() + " into " + home, e);
        }
    }

    /** Returns a digest of everything that decides the first arm's figures beside attack, share and seed. */
    public String fingerprint(SimulationSettings settings) {
        ArmSpec arm = Arms.named(settings.arms().get(0));
        String probeSha256 = arm.screens() ? probe.sha256() : "";
        String text = String.join(
                "\n",
                "cells of version 3",
                arm.name(),
                settings.clients() + " " + settings.rounds(),
                settings.training().toString(),
                settings.evaluation().toString(),
                modelSha256,
                probeSha256);
        return HexFormat.of().formatHex(Sha256.of(text));
    }

    @Override
    public void close() {
        bench.close();
    }
}
