package io.safefedllm.client.template;

/** Jinja's {@code none}, and what stands for a name that nobody has set. */
enum None {
    /** The value none. */
    NONE,
    /** No value: prints as nothing, is false, and has no attributes. */
    UNDEFINED
}
