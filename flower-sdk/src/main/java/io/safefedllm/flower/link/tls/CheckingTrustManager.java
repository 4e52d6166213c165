package io.safefedllm.flower.link.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The platform's checks of a server, with reasons that a person understands.
 *
 * <p>Refuses a connection that does not have the host's name checked, whatever switched the check off, and a certificate out of date
 * even if it is among the trusted ones itself. Clients are never accepted.
 */
final class CheckingTrustManager extends X509ExtendedTrustManager {

    private static final String HOST_NAME_CHECK = "HTTPS";

    private final X509ExtendedTrustManager platform;
    private final CertificateDiagnosis diagnosis;

    CheckingTrustManager(X509ExtendedTrustManager platform, String rootsName) {
        this.platform = platform;
        this.diagnosis = new CertificateDiagnosis(rootsName);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        requireHostNameCheck(engine.getSSLParameters());
        check(chain, engine.getPeerHost(), () -> platform.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        if (!(socket instanceof SSLSocket tls)) {
            throw new CertificateException("the host name cannot be checked on this connection");
        }
        requireHostNameCheck(tls.getSSLParameters());
        @Nullable String host = tls.getHandshakeSession() == null
                ? null
                : tls.getHandshakeSession().getPeerHost();
        check(chain, host, () -> platform.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("the host name cannot be checked on this connection");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return platform.getAcceptedIssuers();
    }

    private void check(X509Certificate[] chain, @Nullable String host, PlatformCheck platformCheck)
            throws CertificateException {
        try {
            chain[0].checkValidity();
            platformCheck.run();
        } catch (CertificateException e) {
            throw new ServerCertificateException(diagnosis.explain(chain, host, e), chain[0], e);
        }
    }

    private static void requireHostNameCheck(SSLParameters parameters) throws CertificateException {
        if (!HOST_NAME_CHECK.equalsIgnoreCase(parameters.getEndpointIdentificationAlgorithm())) {
            throw new CertificateException("the check of the server's host name was switched off; switch it on again");
        }
    }

    @FunctionalInterface
    private interface PlatformCheck {
        void run() throws CertificateException;
    }
}
