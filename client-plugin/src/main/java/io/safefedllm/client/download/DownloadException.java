package io.safefedllm.client.download;

/** Something could not be fetched; the message names it and says why. */
public final class DownloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DownloadException(String message) {
        super(message);
    }

    DownloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
