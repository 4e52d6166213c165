package io.safefedllm.lab.scenario;

import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.simulate.ArmBench;
import io.safefedllm.lab.simulate.Interruptible;
import io.safefedllm.lab.simulate.SimulationSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Plays a matrix cell by cell. Each finished cell is a file, so that work may be stopped at any time and taken up again; several processes
 * may work on one directory.
 */
public final class ScenarioMatrix {
    private final ScenarioPlan plan;
    private final List<ScenarioCell> cells;
    private final CellFiles files;
    private final LongSupplier nanoTicker;
    private final String version;

    /**
     * Prepares a matrix.
     *
     * @param directory is made if missing
     * @param nanoTicker what durations are measured with, in nanoseconds
     * @param version what journals state
     */
    public ScenarioMatrix(ScenarioPlan plan, Path directory, LongSupplier nanoTicker, String version) {
        this.plan = plan;
        this.cells = plan.cells();
        this.files = new CellFiles(directory);
        this.nanoTicker = nanoTicker;
        this.version = version;
    }

    /** Returns what is finished, in the order of the plan. */
    public Map<ScenarioCell, CellResult> finished() {
        return files.finished(cells);
    }

    /**
     * Plays every cell that is not finished and that no other process works on.
     *
     * @throws CancellationException if the calling thread was interrupted; at most the running cell is lost
     * @throws IllegalArgumentException if the directory has a cell that was made with other settings
     * @throws UncheckedIOException if a file cannot be read or written
     */
    public void run(ScenarioListener listener) {
        Interruptible.<Boolean>run("matrix", cancelled -> () -> play(listener, cancelled));
    }

    private Boolean play(ScenarioListener listener, BooleanSupplier cancelled) {
        try (ArmBench bench = ArmBench.open(plan.settings(cells.get(0)), nanoTicker, version)) {
            files.prepare();
            finished().values().forEach(result -> requireSame(bench, result));
            for (ScenarioCell cell : cells) {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("the matrix was stopped before " + cell.title());
                }
                Optional<CellFiles.Claim> claim = files.claim(cell);
                if (claim.isPresent()) {
                    play(bench, cell, claim.get(), listener, cancelled);
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the cells", e);
        }
    }

    private void play(
            ArmBench bench,
            ScenarioCell cell,
            CellFiles.Claim claim,
            ScenarioListener listener,
            BooleanSupplier cancelled)
            throws IOException {
        try (claim) {
            listener.cellStarted(cell, finished().size(), cells.size());
            SimulationSettings settings = plan.settings(cell);
            CellResult result =
                    result(cell, bench.fingerprint(settings), bench.play(settings, claim.home(), cancelled));
            claim.finish(result);
            listener.cellFinished(result, finished().size(), cells.size());
        } catch (CancellationException e) {
            throw e;
        } catch (IllegalStateException e) {
            listener.cellFailed(cell, String.valueOf(e.getMessage()));
        }
    }

    private static CellResult result(ScenarioCell cell, String settings, ArmResult arm) {
        return new CellResult(
                cell,
                settings,
                arm.safeAnswersPercent(),
                arm.utilityPercent(),
                arm.hostileWeightShare(),
                arm.hostileWeightShareActive(),
                arm.honestWeightMean(),
                arm.falseAlarmShare(),
                arm.roundsSkipped(),
                arm.seconds());
    }

    private void requireSame(ArmBench bench, CellResult result) {
        if (!result.settings().equals(bench.fingerprint(plan.settings(result.cell())))) {
            throw new IllegalArgumentException("the cell '" + result.cell().title()
                    + "' was made with other rounds, clients, model or probe; name another directory");
        }
    }
}
