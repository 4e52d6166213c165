package io.safefedllm.lab.simulate;

/**
 * One training of one client.
 *
 * @param round from 1
 * @param client its number, from 0
 * @param hostile whether it attacks
 * @param shadow whether this is its second training of the round
 * @param loss mean loss of its steps
 * @param seconds how long it took when it was computed
 * @param reused whether that was in an earlier arm, from the same adapter
 */
public record ClientTraining(
        int round, int client, boolean hostile, boolean shadow, double loss, double seconds, boolean reused) {}
