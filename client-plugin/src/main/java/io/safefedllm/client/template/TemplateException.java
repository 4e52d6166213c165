package io.safefedllm.client.template;

/** A template cannot be parsed or rendered, or refuses a conversation by itself; the message says why. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says in one line what is wrong. */
    public TemplateException(String message) {
        super(message);
    }

    /** Says in one line what is wrong, and what it came from. */
    public TemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
