package io.safefedllm.flower.link.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** A server's certificate is not accepted; the message is a clause that says why and what to do. */
public final class ServerCertificateException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final X509Certificate certificate;

    ServerCertificateException(String message, X509Certificate certificate, CertificateException cause) {
        super(message, cause);
        this.certificate = certificate;
    }

    /** Returns the server's own certificate, which proves nothing. */
    public X509Certificate certificate() {
        return certificate;
    }
}
