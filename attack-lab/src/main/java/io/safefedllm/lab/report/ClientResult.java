package io.safefedllm.lab.report;

/**
 * One client in one round.
 *
 * @param client its number, from 0
 * @param hostile whether it attacks
 * @param weight its security weight, in [0, 1]
 * @param reason the code of the decision: {@code OK} or why the reply was refused
 */
public record ClientResult(int client, boolean hostile, double weight, String reason) {}
