package io.safefedllm.probe.store;

import java.io.IOException;

/** A file holds something that it must not hold. The message is one line: the file, the fault, what was expected. */
public class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
