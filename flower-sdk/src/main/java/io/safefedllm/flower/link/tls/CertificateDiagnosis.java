package io.safefedllm.flower.link.tls;

import io.safefedllm.flower.link.Causes;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says why a certificate is not accepted, from the platform's refusal and the certificates themselves. */
final class CertificateDiagnosis {

    private static final int LONGEST_NAME = 80;
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final String rootsName;

    CertificateDiagnosis(String rootsName) {
        this.rootsName = rootsName;
    }

    String explain(X509Certificate[] chain, @Nullable String host, CertificateException refusal) {
        for (X509Certificate certificate : chain) {
            @Nullable String outOfDate = outOfDate(certificate);
            if (outOfDate != null) {
                return outOfDate;
            }
        }
        if (Causes.has(refusal, CertPathBuilderException.class)
                || Causes.has(refusal, CertPathValidatorException.class)) {
            return "its certificate was issued by '" + shown(issuer(chain)) + "', which " + rootsName
                    + " does not vouch for; give the CA file of this SuperLink (its --ssl-ca-certfile) with --root-certificates";
        }
        String names = names(chain[0]);
        if (host != null && !names.contains("'" + host + "'")) {
            return "its certificate is not for '" + host + "' but for " + (names.isEmpty() ? "no host at all" : names)
                    + "; use such a name in the address, or add this one to the certificate (subjectAltName)";
        }
        return "its certificate is refused: " + shown(String.valueOf(refusal.getMessage()));
    }

    private static @Nullable String outOfDate(X509Certificate certificate) {
        String whose = "the certificate of '"
                + shown(certificate.getSubjectX500Principal().getName()) + "' ";
        try {
            certificate.checkValidity();
            return null;
        } catch (CertificateExpiredException e) {
            return whose + "expired on " + certificate.getNotAfter().toInstant()
                    + "; renew it on the SuperLink, or set the clock of this machine";
        } catch (CertificateNotYetValidException e) {
            return whose + "is valid only from " + certificate.getNotBefore().toInstant()
                    + " on; set the clock of this machine, or wait";
        }
    }

    /** The last certificate that the server sent says who should be trusted. */
    private static String issuer(X509Certificate[] chain) {
        return chain[chain.length - 1].getIssuerX500Principal().getName();
    }

    private static String names(X509Certificate certificate) {
        try {
            @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? ""
                    : names.stream()
                            .filter(name -> List.of(DNS_NAME, IP_ADDRESS).contains(name.get(0)))
                            .map(name -> "'" + shown(String.valueOf(name.get(1))) + "'")
                            .limit(8)
                            .collect(Collectors.joining(", "));
        } catch (CertificateParsingException e) {
            return "";
        }
    }

    /** A name from a certificate is the server's word: one line of bounded length. */
    private static String shown(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME) + "…";
    }
}
