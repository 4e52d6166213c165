package io.safefedllm.flower.link.tls;

import io.safefedllm.flower.link.SuperLinkAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Asks a server whether it speaks TLS, by beginning to: nothing is sent after the handshake, and the certificate is checked. */
public final class TlsQuestion {

    private static final int LIMIT_MILLIS = 5_000;

    private TlsQuestion() {}

    /**
     * What a server that speaks TLS showed.
     *
     * @param certificate its own
     * @param refusal why it is not accepted, empty if it is
     */
    public record Answer(X509Certificate certificate, Optional<String> refusal) {}

    /** Returns the answer, or nothing if the server does not speak TLS or does not answer in time. */
    public static Optional<Answer> ask(SuperLinkAddress address, TrustRoots roots) {
        try (Socket tcp = new Socket()) {
            tcp.connect(new InetSocketAddress(address.host(), address.port()), LIMIT_MILLIS);
            tcp.setSoTimeout(LIMIT_MILLIS);
            return Optional.of(handshake(tcp, address, roots));
        } catch (IOException e) {
            return Causes.find(e, ServerCertificateException.class)
                    .map(refused ->
                            new Answer(refused.certificate(), Optional.of(String.valueOf(refused.getMessage()))));
        }
    }

    private static Answer handshake(Socket tcp, SuperLinkAddress address, TrustRoots roots) throws IOException {
        try (SSLSocket tls = (SSLSocket)
                TlsContexts.of(roots).getSocketFactory().createSocket(tcp, address.host(), address.port(), true)) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return new Answer((X509Certificate) tls.getSession().getPeerCertificates()[0], Optional.empty());
        }
    }
}
