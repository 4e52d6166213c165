package io.safefedllm.lab.simulate;

import io.safefedllm.lab.attack.Attacks;
import io.safefedllm.lab.attack.FederationFacts;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/**
 * What a simulation does. Everything is checked when it is made.
 *
 * @param arms names of {@link Arms}, each once, at least one
 * @param attack what hostile clients do, see {@link Attacks}; {@link Attacks#NONE} makes all clients honest
 * @param maliciousRatio part of the clients that is hostile, in [0, 1]
 * @param clients number of clients, at least 1; all take part in every round
 * @param rounds number of rounds, at least 1
 * @param seed of clients, rows and order; the same seed gives the same result
 * @param training what a client does in a round
 * @param evaluation what is measured with
 * @param material model, probe and rows
 */
public record SimulationSettings(
        List<String> arms,
        String attack,
        double maliciousRatio,
        int clients,
        int rounds,
        long seed,
        LocalTraining training,
        EvaluationPlan evaluation,
        TrialMaterial material) {
    /** The number of clients unless another is asked for. */
    public static final int DEFAULT_CLIENTS = 10;

    /** The hostile part of the clients unless another is asked for. */
    public static final double DEFAULT_MALICIOUS_RATIO = 0.3;

    /** The number of rounds unless another is asked for. */
    public static final int DEFAULT_ROUNDS = 15;

    /** The number of rounds on own data unless another is asked for. */
    public static final int OWN_DATA_ROUNDS = 3;

    /** The seed unless another is asked for. */
    public static final long DEFAULT_SEED = 1;

    /**
     * Checks the ranges and names.
     *
     * @throws IllegalArgumentException if a value is out of the range given above or a name is unknown; the message says what to do
     */
    public SimulationSettings {
        arms = List.copyOf(arms);
        if (arms.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one arm");
        }
        for (String arm : arms) {
            requireRows(Arms.named(arm), material);
        }
        if (new HashSet<>(arms).size() != arms.size()) {
            throw new IllegalArgumentException("each arm may be named once but there were " + String.join(",", arms));
        }
        attack = attack.equals(Attacks.NONE) ? attack : Attacks.named(attack).spec();
        if (!(maliciousRatio >= 0 && maliciousRatio <= 1)) {
            throw new IllegalArgumentException("malicious ratio must be in [0, 1] but was " + maliciousRatio);
        }
        if (clients < 1 || rounds < 1) {
            throw new IllegalArgumentException(
                    "clients and rounds must be at least 1 but were " + clients + " and " + rounds);
        }
        int hostile = hostile(attack, clients, maliciousRatio);
        if (hostile > 0) {
            Attacks.named(attack).check(FederationFacts.known(0, clients, hostile, rounds, seed));
        }
    }

    /** Returns the default federation with a model directory and the probe beside it. */
    public static SimulationSettings defaults(Path model, Path probe) {
        return new SimulationSettings(
                Arms.DEFAULTS,
                Attacks.DEFAULT,
                DEFAULT_MALICIOUS_RATIO,
                DEFAULT_CLIENTS,
                DEFAULT_ROUNDS,
                DEFAULT_SEED,
                LocalTraining.DEFAULTS,
                EvaluationPlan.DEFAULTS,
                TrialMaterial.corpus(model, probe));
    }

    /** The probe of somebody's own datasets may have learned from every row that no client holds and that is not held out. */
    private static void requireRows(ArmSpec arm, TrialMaterial material) {
        if (arm.trainsCanaries() && material.data().isPresent()) {
            throw new IllegalArgumentException("arm '" + arm.name()
                    + "' trains canaries, for which a simulation on own datasets has no rows that the probe did not learn"
                    + " from; choose another adapter.rule, or leave out the datasets");
        }
    }

    /** Returns whether an arm reads a probe. */
    public boolean screens() {
        return arms.stream().map(Arms::named).anyMatch(ArmSpec::screens);
    }

    /** Returns how many clients are hostile: clients times ratio, halves to the even number (SF-6.6); 0 without an attack. */
    public int hostileClients() {
        return hostile(attack, clients, maliciousRatio);
    }

    private static int hostile(String attack, int clients, double ratio) {
        return attack.equals(Attacks.NONE) ? 0 : (int) Math.rint(clients * ratio);
    }
}
