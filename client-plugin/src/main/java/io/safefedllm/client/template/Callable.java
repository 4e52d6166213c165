package io.safefedllm.client.template;

/** What can be called: a global function or a method of a value. */
@FunctionalInterface
interface Callable {
    Object call(Arguments arguments);
}
