package io.safefedllm.flower.link.fake;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.tls.TrustRoots;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The certificates under {@code /tls}, which {@code credentials.py} beside them has made; valid for a century. */
public final class TestCertificates {

    private TestCertificates() {}

    /** Returns what trusts the authority in a file, {@code ca} or {@code other-ca}. */
    public static ConnectionSecurity trusting(String authority) {
        return ConnectionSecurity.tls(TrustRoots.parse(bytes(authority + ".pem"), "the test's CA file"));
    }

    /** Returns what a gRPC server needs to present a certificate: {@code server}, {@code expired} or {@code elsewhere}. */
    public static ServerCredentials grpc(String name) {
        try {
            return TlsServerCredentials.create(
                    new ByteArrayInputStream(bytes(name + ".pem")), new ByteArrayInputStream(bytes(name + ".key")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what an HTTP server needs to present a certificate. */
    static SSLContext http(String name) {
        try {
            Certificate certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(bytes(name + ".pem")));
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("server", key(name), new char[0], new Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a file of {@code /tls}. */
    public static byte[] bytes(String file) {
        try (InputStream stream = TestCertificates.class.getResourceAsStream("/tls/" + file)) {
            return Objects.requireNonNull(stream, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PrivateKey key(String name) throws GeneralSecurityException {
        String pem = new String(bytes(name + ".key"), StandardCharsets.US_ASCII);
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
