package io.safefedllm.app.simulate;

import io.safefedllm.app.console.Console;
import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.report.ClientResult;
import io.safefedllm.lab.report.HeldOutLoss;
import io.safefedllm.lab.report.RoundResult;
import io.safefedllm.lab.simulate.ClientTraining;
import io.safefedllm.lab.simulate.SimulationListener;
import io.safefedllm.probe.model.ProbeSet;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/** One line for every training and every round, for models whose clients take seconds. Confined to the thread of the simulation. */
final class SimulationLines implements SimulationListener {
    private final Console console;

    SimulationLines(Console console) {
        this.console = console;
    }

    @Override
    public void updateTrained(int number, int total, String source, double loss, double seconds) {
        say("probe  update %d/%d, %s: loss %.3f, %.1f s", number, total, source, loss, seconds);
    }

    @Override
    public void probeTrained(Path file, ProbeSet probe) {
        ProbeClaims.of(probe).forEach(claim -> say("probe  %s", claim));
        say("probe  kept in %s; --probe takes it from there", file);
    }

    @Override
    public void clientTrained(String arm, ClientTraining training) {
        say(
                "%s  round %d, client %d%s%s: loss %.3f, %.1f s%s",
                arm,
                training.round(),
                training.client(),
                training.hostile() ? " (hostile)" : "",
                training.shadow() ? ", shadow run" : "",
                training.loss(),
                training.seconds(),
                training.reused() ? " in an earlier arm" : "");
    }

    @Override
    public void roundFinished(String arm, RoundResult round) {
        HeldOutLoss losses = round.heldOut();
        say(
                "%s  round %d%s: safe answers %.1f %%%s; weights %s",
                arm,
                round.round(),
                round.skipped() ? " skipped" : "",
                round.safeAnswersPercent(),
                losses == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", loss of wanted replies %.3f, of unwanted ones %.3f",
                                losses.wanted(),
                                losses.unwanted()),
                round.clients().stream().map(SimulationLines::weight).collect(Collectors.joining(" ")));
    }

    @Override
    public void armFinished(ArmResult arm) {
        say(
                "%s  done: safe answers %.1f %%, utility %.1f %%",
                arm.name(), arm.safeAnswersPercent(), arm.utilityPercent());
    }

    /** Hostile clients bear an exclamation mark. */
    private static String weight(ClientResult client) {
        return String.format(Locale.ROOT, "%d%s=%.2f", client.client(), client.hostile() ? "!" : "", client.weight());
    }

    private void say(String format, Object... values) {
        console.err().println(String.format(Locale.ROOT, format, values));
    }
}
