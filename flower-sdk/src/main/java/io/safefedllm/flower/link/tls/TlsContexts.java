package io.safefedllm.flower.link.tls;

import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Makes contexts of the Java platform's TLS. */
public final class TlsContexts {

    private TlsContexts() {}

    /** Returns a context of a client without a certificate of its own that accepts what the authorities vouch for. */
    public static SSLContext of(TrustRoots roots) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {roots.manager()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no TLS", e);
        }
    }
}
