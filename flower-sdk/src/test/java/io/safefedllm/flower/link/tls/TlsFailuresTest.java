package io.safefedllm.flower.link.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsFailuresTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Received fatal alert: handshake_failure",
                "(protocol_version) No appropriate protocol",
                "error:1000042e:SSL routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION"
            })
    void explain_alert_isAFailureOfTls(String message) {
        assertThat(TlsFailures.explain(new IOException(new SSLHandshakeException(message))))
                .contains("the TLS handshake failed: " + message);
    }

    @Test
    void explain_certificate_isAFailureOfTls() {
        Throwable failure = new SSLException("bad", new CertificateException("not yet valid"));

        assertThat(TlsFailures.explain(failure)).contains("the TLS handshake failed: bad");
    }

    @Test
    void explain_plaintext_isAFailureOfTls() {
        assertThat(TlsFailures.explain(new SSLException("Unrecognized SSL message, plaintext connection?")))
                .contains(TlsFailures.PLAINTEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Remote host terminated the handshake",
                "Connection closed while SSL/TLS handshake was in progress",
                "(internal_error) closing inbound before receiving peer's close_notify",
                "Connection reset"
            })
    void explain_connectionThatEnds_isNone(String message) {
        assertThat(TlsFailures.explain(new IOException(new SSLHandshakeException(message))))
                .isEmpty();
    }
}
