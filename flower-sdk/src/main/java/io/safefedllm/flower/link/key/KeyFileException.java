package io.safefedllm.flower.link.key;

import org.jspecify.annotations.Nullable;

/** A file does not hold a key that a node can use; the message is one line that says what to do and never shows content. */
public final class KeyFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message) {
        this(message, null);
    }

    KeyFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
