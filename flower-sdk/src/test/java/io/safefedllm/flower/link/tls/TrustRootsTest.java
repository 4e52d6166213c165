package io.safefedllm.flower.link.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.fake.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

class TrustRootsTest {

    private static final String CA = text("ca.pem");
    private static final String OTHER_CA = text("other-ca.pem");

    @Test
    void parse_bundleWithText_trustsEveryCertificate() {
        TrustRoots roots = parse("first authority\n" + OTHER_CA + "\r\nsecond\n" + CA.replace("\n", "\r\n") + "end");

        assertThat(roots.manager().getAcceptedIssuers())
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactlyInAnyOrder("CN=test authority", "CN=another authority");
    }

    @Test
    void parse_noCertificate_saysSo() {
        assertThatThrownBy(() -> parse("hello")).hasMessageContaining("the file holds no certificate in PEM form");
    }

    @Test
    void parse_privateKey_isRefused() {
        assertThatThrownBy(() -> parse(CA + text("server.key"))).hasMessageContaining("holds a block PRIVATE KEY");
    }

    @Test
    void parse_damagedCertificate_isNamed() {
        String damaged = OTHER_CA.substring(0, 100) + "AAAA" + OTHER_CA.substring(104);

        assertThatThrownBy(() -> parse(CA + damaged))
                .isInstanceOf(CertificateFileException.class)
                .hasMessageStartingWith("certificate 2 of the file is damaged");
    }

    @Test
    void manager_connectionWithoutHostNameCheck_isRefused() throws Exception {
        TrustRoots roots = parse(CA);
        SSLEngine engine = TlsContexts.of(roots).createSSLEngine("127.0.0.1", 1);
        X509Certificate[] chain = PemCertificates.parse(TestCertificates.bytes("server.pem"), "server")
                .toArray(new X509Certificate[0]);

        assertThatThrownBy(() -> roots.manager().checkServerTrusted(chain, "ECDHE_ECDSA", engine))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("host name was switched off");
        assertThatThrownBy(() -> roots.manager().checkServerTrusted(chain, "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class);
    }

    private static TrustRoots parse(String pem) {
        return TrustRoots.parse(pem.getBytes(StandardCharsets.US_ASCII), "the file");
    }

    private static String text(String file) {
        return new String(TestCertificates.bytes(file), StandardCharsets.US_ASCII);
    }
}
