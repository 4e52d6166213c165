package io.safefedllm.flower.link.tls;

import io.safefedllm.flower.link.Causes;
import io.safefedllm.flower.link.SuperLinkAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Asks a server whether it speaks TLS, by beginning to: nothing is sent after the handshake, and the certificate is checked. */
public final class TlsQuestion {

    private static final int LIMIT_MILLIS = 5_000;

    private TlsQuestion() {}

    /** How a server took the question. */
    public sealed interface Outcome {}

    /**
     * It speaks TLS.
     *
     * @param certificate its own
     * @param refusal why that is not accepted, empty if it is
     */
    public record Answer(X509Certificate certificate, Optional<String> refusal) implements Outcome {}

    /** It does not, as far as can be seen from here. */
    public enum NoAnswer implements Outcome {
        /** No connection could be made. */
        NO_CONNECTION,
        /** It took the connection and said nothing in time. */
        SILENT,
        /** It ended the handshake, or answered something else. */
        NO_HANDSHAKE
    }

    /** Asks, and waits five seconds for the connection and for each part of the answer. */
    public static Outcome ask(SuperLinkAddress address, TrustRoots roots) {
        return ask(address, roots, LIMIT_MILLIS);
    }

    /** As {@link #ask(SuperLinkAddress, TrustRoots)} with another limit. */
    static Outcome ask(SuperLinkAddress address, TrustRoots roots, int limitMillis) {
        try (Socket tcp = new Socket()) {
            if (!connects(tcp, address, limitMillis)) {
                return NoAnswer.NO_CONNECTION;
            }
            tcp.setSoTimeout(limitMillis);
            return handshake(tcp, address, roots);
        } catch (IOException e) {
            return Causes.find(e, ServerCertificateException.class)
                    .<Outcome>map(refused ->
                            new Answer(refused.certificate(), Optional.of(String.valueOf(refused.getMessage()))))
                    .orElse(Causes.has(e, SocketTimeoutException.class) ? NoAnswer.SILENT : NoAnswer.NO_HANDSHAKE);
        }
    }

    private static boolean connects(Socket tcp, SuperLinkAddress address, int limitMillis) {
        try {
            tcp.connect(new InetSocketAddress(address.host(), address.port()), limitMillis);
            return true;
        } catch (IOException e) {
            return false;
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
