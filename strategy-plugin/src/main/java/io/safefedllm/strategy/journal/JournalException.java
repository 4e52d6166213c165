package io.safefedllm.strategy.journal;

import java.io.IOException;

/** A journal is not what its writer left: a line is malformed, missing, moved or changed. The message names the line. */
public final class JournalException extends IOException {
    private static final long serialVersionUID = 1L;

    JournalException(String message) {
        super(message);
    }

    JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
