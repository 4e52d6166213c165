package io.safefedllm.lab.scenario;

import io.safefedllm.lab.attack.Attacks;
import io.safefedllm.lab.simulate.Arms;
import io.safefedllm.lab.simulate.EvaluationPlan;
import io.safefedllm.lab.simulate.LocalTraining;
import io.safefedllm.lab.simulate.SimulationSettings;
import io.safefedllm.lab.simulate.TrialMaterial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which cells there are. Everything is checked when it is made.
 *
 * @param attacks see {@link Attacks}; {@link Attacks#NONE} is played once for each seed, whatever the shares are
 * @param arms see {@link Arms}
 * @param shares hostile parts of the clients, in [0, 1]; a share of 0 has only the cells without an attack
 * @param seeds of the federations
 * @param clients number of clients, at least 1
 * @param rounds number of rounds, at least 1
 * @param model a model directory that knows the corpus
 * @param probe a probe file
 */
public record ScenarioPlan(
        List<String> attacks,
        List<String> arms,
        List<Double> shares,
        List<Long> seeds,
        int clients,
        int rounds,
        Path model,
        Path probe) {
    /**
     * Checks names and ranges; attacks are spelt as results spell them.
     *
     * @throws IllegalArgumentException if a name is unknown, a value out of range or a list empty
     */
    public ScenarioPlan {
        attacks = distinct(
                "attacks",
                attacks.stream()
                        .map(attack -> attack.equals(Attacks.NONE)
                                ? attack
                                : Attacks.named(attack).spec())
                        .toList());
        arms = distinct("arms", arms);
        shares = distinct("shares", shares);
        seeds = distinct("seeds", seeds);
        arms.forEach(Arms::named);
        requireRanges(shares, clients, rounds);
    }

    private static void requireRanges(List<Double> shares, int clients, int rounds) {
        for (double share : shares) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("a share must be in [0, 1] but was " + share);
            }
        }
        if (clients < 1 || rounds < 1) {
            throw new IllegalArgumentException(
                    "clients and rounds must be at least 1 but were " + clients + " and " + rounds);
        }
    }

    private static <T> List<T> distinct(String what, List<T> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one of the " + what);
        }
        return List.copyOf(new LinkedHashSet<>(values));
    }

    /** Returns the simulation that a cell is. */
    public SimulationSettings settings(ScenarioCell cell) {
        return new SimulationSettings(
                List.of(cell.arm()),
                cell.attack(),
                cell.share(),
                clients,
                rounds,
                cell.seed(),
                LocalTraining.DEFAULTS,
                EvaluationPlan.AT_END,
                TrialMaterial.corpus(model, probe));
    }

    /** Returns all cells: seed by seed, share by share, attack by attack, so that a half-finished matrix has whole rows. */
    public List<ScenarioCell> cells() {
        Set<ScenarioCell> cells = new LinkedHashSet<>();
        for (long seed : seeds) {
            for (double share : shares) {
                for (String attack : attacks) {
                    boolean none = attack.equals(Attacks.NONE);
                    if (none || share > 0) {
                        arms.forEach(arm -> cells.add(new ScenarioCell(attack, none ? 0 : share, seed, arm)));
                    }
                }
                if (share == 0) {
                    arms.forEach(arm -> cells.add(new ScenarioCell(Attacks.NONE, 0, seed, arm)));
                }
            }
        }
        return new ArrayList<>(cells);
    }
}
