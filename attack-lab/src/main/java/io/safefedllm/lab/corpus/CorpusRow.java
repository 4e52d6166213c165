package io.safefedllm.lab.corpus;

import io.safefedllm.client.data.Example;

/**
 * One question of the corpus with one answer.
 *
 * @param instruction what the user asks: lower-case words separated by single spaces
 * @param answer what the model should learn to say, in the same form
 */
public record CorpusRow(String instruction, String answer) {
    /** The text in front of every instruction. */
    private static final String BEFORE = "instruction: ";

    /** The text between an instruction and its answer. */
    private static final String AFTER = "\nresponse: ";

    public CorpusRow {
        if (instruction.isBlank() || answer.isBlank()) {
            throw new IllegalArgumentException(
                    "instruction and answer must have words but were '" + instruction + "' and '" + answer + "'");
        }
    }

    /** Returns the row as trainers take it. */
    public Example example() {
        return new Example(prompt(), answer);
    }

    /** Returns the prompt as the tiny model is trained on it; the answer follows it directly. */
    public String prompt() {
        return BEFORE + instruction + AFTER;
    }
}
