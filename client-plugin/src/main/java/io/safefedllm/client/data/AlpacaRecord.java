package io.safefedllm.client.data;

/**
 * A record of a dataset in the Alpaca format. Nothing is trimmed.
 *
 * @param instruction the task
 * @param input what the task is applied to; empty when the instruction says it all
 * @param output the wanted answer
 */
public record AlpacaRecord(String instruction, String input, String output) {}
