package io.safefedllm.lab.attack;

import java.util.OptionalInt;

/**
 * What an attacker knows of its federation beside its own data (AT-5, AT-9, AT-10).
 *
 * @param number of this client among the attackers' own numbers; distinct for each
 * @param clients how many clients there are, hostile ones too
 * @param hostile how many of them are hostile
 * @param honestSeen of how many honest clients it knows the updates
 * @param rounds how many rounds the run has
 * @param seed of everything that the attack draws
 */
public record FederationFacts(
        int number, OptionalInt clients, OptionalInt hostile, int honestSeen, OptionalInt rounds, long seed) {
    /**
     * Returns the facts of an attacker that knows nothing of the federation, as on a real node.
     *
     * @param honestSeen how many honest clients it imagines
     */
    public static FederationFacts unknown(int number, int honestSeen, long seed) {
        return new FederationFacts(
                number, OptionalInt.empty(), OptionalInt.empty(), honestSeen, OptionalInt.empty(), seed);
    }

    /** Returns the facts of an attacker that knows the whole federation, as in a simulation. */
    public static FederationFacts known(int number, int clients, int hostile, int rounds, long seed) {
        return new FederationFacts(
                number,
                OptionalInt.of(clients),
                OptionalInt.of(hostile),
                clients - hostile,
                OptionalInt.of(rounds),
                seed);
    }

    int requireClients(String attack, String parameter) {
        return require(clients, attack, parameter, "how many clients there are");
    }

    int requireHostile(String attack, String parameter) {
        return require(hostile, attack, parameter, "how many clients are hostile");
    }

    int requireRounds(String attack, String parameter) {
        return require(rounds, attack, parameter, "how many rounds there are");
    }

    private static int require(OptionalInt fact, String attack, String parameter, String what) {
        return fact.orElseThrow(() ->
                new IllegalArgumentException("attack '" + attack + "' does not know " + what + "; give " + parameter));
    }
}
