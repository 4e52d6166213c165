package io.safefedllm.client.template;

/** A parsed expression. */
@FunctionalInterface
interface Expression {
    /**
     * Returns the value: a {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@link java.util.List},
     * {@link java.util.Map}, {@link Callable} or {@link None}.
     *
     * @throws TemplateException if there is none
     */
    Object value(Scope scope);
}
