package io.safefedllm.flower.link.tls;

import org.jspecify.annotations.Nullable;

/** A file does not hold the certificates that it should; the message is one line that says what to do. */
public final class CertificateFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CertificateFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
