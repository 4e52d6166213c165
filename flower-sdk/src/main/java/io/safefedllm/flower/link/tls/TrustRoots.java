package io.safefedllm.flower.link.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The certificate authorities whose word about a server counts. Immutable and thread-safe. */
public final class TrustRoots {

    private final String name;
    private final CheckingTrustManager manager;

    private TrustRoots(String name, @Nullable KeyStore store) throws GeneralSecurityException {
        this.name = name;
        this.manager = new CheckingTrustManager(delegate(store), name);
    }

    /** Returns the public authorities that the Java platform trusts. */
    public static TrustRoots system() {
        try {
            return new TrustRoots("the public authorities that Java trusts", null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no trust store of its own", e);
        }
    }

    /**
     * Reads the authorities of a file: one or more certificates in PEM form.
     *
     * @throws CertificateFileException if the file does not hold certificates only
     */
    public static TrustRoots read(Path file) throws IOException {
        return parse(Files.readAllBytes(file), "'" + file + "'");
    }

    /** Reads the authorities of PEM text that is called {@code name} in messages. */
    public static TrustRoots parse(byte[] pem, String name) {
        List<X509Certificate> certificates = PemCertificates.parse(pem, name);
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("root-" + i, certificates.get(i));
            }
            return new TrustRoots(name, store);
        } catch (IOException | GeneralSecurityException e) {
            throw new CertificateFileException("the certificates of " + name + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Returns what checks a server's certificate; it refuses by {@link ServerCertificateException}. */
    public X509ExtendedTrustManager manager() {
        return manager;
    }

    private static X509ExtendedTrustManager delegate(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("the trust manager does not check host names"));
    }

    @Override
    public String toString() {
        return name;
    }
}
