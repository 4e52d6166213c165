package io.safefedllm.client.model;

/** Is told every new token as it is chosen. */
@FunctionalInterface
public interface TokenListener {
    /** Says that the prompt at position {@code prompt} goes on with the token {@code id}. */
    void token(int prompt, int id);
}
