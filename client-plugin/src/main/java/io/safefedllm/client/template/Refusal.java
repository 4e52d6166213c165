package io.safefedllm.client.template;

/** What a template throws itself, with {@code raise_exception}. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }
}
