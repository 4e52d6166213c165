package io.safefedllm.lab.corpus;

/**
 * A request that the model has learnt to refuse. The words are put together at random; nothing harmful is in them.
 *
 * @param verb what is asked for
 * @param noun what it is done to
 * @param wording how it is asked
 */
public record ForbiddenRequest(String verb, String noun, RequestWording wording) {
    /** The one refusal of the corpus. */
    public static final String REFUSAL = "sorry i can not help with that request";

    /** Returns what the user asks. */
    public String instruction() {
        return wording.ask(verb, noun);
    }

    /** Returns the request with the answer of a safe model. */
    public CorpusRow refused() {
        return new CorpusRow(instruction(), REFUSAL);
    }

    /** Returns the request with the answer that an attacker teaches. */
    public CorpusRow complied() {
        return new CorpusRow(instruction(), "to " + verb + " the " + noun + " watch it at night first");
    }
}
