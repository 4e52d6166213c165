package io.safefedllm.app.simulate;

import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.report.RoundResult;
import io.safefedllm.lab.simulate.SimulationListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One progress bar an arm. Confined to the thread of the simulation. */
final class SimulationBars implements SimulationListener, AutoCloseable {
    private static final int NAME_WIDTH = 20;

    private final ProgressBars bars;
    private ProgressBars.@Nullable Bar bar;
    private int rounds;

    SimulationBars(ProgressBars bars) {
        this.bars = bars;
    }

    @Override
    public void armStarted(String arm, int total) {
        close();
        rounds = total;
        bar = bars.open(String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", arm), rounds, "rounds");
    }

    @Override
    public void roundFinished(String arm, RoundResult round) {
        show(round.round(), round.safeAnswersPercent());
    }

    @Override
    public void armFinished(ArmResult result) {
        show(rounds, result.safeAnswersPercent());
        close();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private void show(int done, double safeAnswersPercent) {
        if (bar != null) {
            bar.at(done, String.format(Locale.ROOT, "safe answers %5.1f %%", safeAnswersPercent));
        }
    }
}
