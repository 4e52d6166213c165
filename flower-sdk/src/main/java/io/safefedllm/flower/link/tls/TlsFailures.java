package io.safefedllm.flower.link.tls;

import io.safefedllm.flower.link.Causes;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What a failed TLS connection means, in the same words for every transport. */
public final class TlsFailures {

    /** For a server that does not speak TLS. */
    public static final String PLAINTEXT =
            "it speaks plaintext, not TLS; leave out --root-certificates and --tls for this address, or start the SuperLink"
                    + " with certificates (up to Flower 1.29 the executor port has no TLS)";

    private static final String NOT_TLS_RECORD = "NotSslRecordException";

    /**
     * What the JDK and OpenSSL say of an alert of the other side, and, in brackets, the JDK of its own; its internal error
     * is a connection that ended too soon.
     */
    private static final Pattern FATAL_ALERT = Pattern.compile("fatal alert|_ALERT_|^\\((?!internal_error)[a-z_]+\\) ");

    private TlsFailures() {}

    /**
     * Returns the reason if the two sides cannot agree on TLS: a clause about the server, with what to do. A connection that is
     * closed or reset during the handshake says nothing about that.
     */
    public static Optional<String> explain(Throwable failure) {
        Optional<SSLException> tls = Causes.find(failure, SSLException.class);
        if (tls.isEmpty()) {
            return Optional.empty();
        }
        Optional<ServerCertificateException> refused = Causes.find(failure, ServerCertificateException.class);
        if (refused.isPresent()) {
            return refused.map(Throwable::getMessage);
        }
        String message = String.valueOf(tls.get().getMessage());
        boolean plaintext = message.contains("nrecognized SSL message")
                || tls.get().getClass().getSimpleName().equals(NOT_TLS_RECORD);
        if (plaintext) {
            return Optional.of(PLAINTEXT);
        }
        boolean disagreed = Causes.has(failure, CertificateException.class)
                || FATAL_ALERT.matcher(message).find();
        return disagreed
                ? Optional.of("the TLS handshake failed: " + message.replaceAll("\\s+", " "))
                : Optional.empty();
    }
}
