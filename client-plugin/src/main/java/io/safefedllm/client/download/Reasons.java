package io.safefedllm.client.download;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** Network errors in words. */
final class Reasons {
    private Reasons() {}

    /** Whether asking again soon would end the same way: nobody is there, or it is not who it should be. */
    static boolean isLasting(IOException error) {
        return error instanceof ConnectException || error instanceof SSLException;
    }

    static String of(IOException error) {
        if (error instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (error instanceof ConnectException) {
            boolean unknown = error.getCause() instanceof ConnectException inner
                    && inner.getCause() instanceof UnresolvedAddressException;
            return unknown
                    ? "the host is not known here; is this machine offline?"
                    : "cannot connect; is this machine offline?";
        }
        if (error instanceof SSLException) {
            return "the connection is not trusted (" + error.getMessage()
                    + "); set PIP_CERT to the certificates of your proxy";
        }
        String message = error.getMessage();
        return message == null || message.isBlank() ? error.getClass().getSimpleName() : message;
    }
}
