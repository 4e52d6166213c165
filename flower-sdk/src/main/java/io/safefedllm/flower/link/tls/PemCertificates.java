package io.safefedllm.flower.link.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads bundles of certificates in PEM. Text outside the blocks is skipped, as every PEM reader does. */
final class PemCertificates {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
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
        Matcher block = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            if (!block.group(1).equals(CERTIFICATE)) {
                throw new CertificateFileException(
                        name + " holds a " + block.group(1)
                                + ", not only certificates; name the file of the certificate"
                                + " authority, in Flower the SuperLink's --ssl-ca-certfile",
                        null);
            }
            certificates.add(certificate(block.group(2), name, certificates.size() + 1));
        }
        if (certificates.isEmpty()) {
            throw new CertificateFileException(
                    name + " holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----", null);
        }
        return certificates;
    }

    private static X509Certificate certificate(String base64, String name, int number) {
        try {
            byte[] der = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new CertificateFileException(
                    "certificate " + number + " of " + name + " is damaged: " + e.getMessage(), e);
        }
    }
}
