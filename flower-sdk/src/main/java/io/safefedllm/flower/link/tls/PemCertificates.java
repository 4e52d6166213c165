package io.safefedllm.flower.link.tls;

import io.safefedllm.flower.link.key.PemBlock;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads bundles of certificates in PEM. Text outside the blocks is skipped, as every PEM reader does. */
final class PemCertificates {

    private static final String CERTIFICATE = "CERTIFICATE";

    private PemCertificates() {}

    /**
     * Returns all certificates, in order.
     *
     * @param name what the bytes are called in messages
     * @throws CertificateFileException if there are none, or a block is something else or damaged
     */
    static List<X509Certificate> parse(byte[] bytes, String name) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : PemBlock.all(bytes)) {
            if (!block.label().equals(CERTIFICATE)) {
                throw new CertificateFileException(
                        name + " holds a block " + block.label()
                                + ", not only certificates; name the file of the certificate"
                                + " authority, in Flower the SuperLink's --ssl-ca-certfile",
                        null);
            }
            certificates.add(certificate(block, name, certificates.size() + 1));
        }
        if (certificates.isEmpty()) {
            throw new CertificateFileException(
                    name + " holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----", null);
        }
        return certificates;
    }

    private static X509Certificate certificate(PemBlock block, String name, int number) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.content()));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new CertificateFileException(
                    "certificate " + number + " of " + name + " is damaged: " + e.getMessage(), e);
        }
    }
}
