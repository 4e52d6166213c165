package io.safefedllm.client.download;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** HTTP as pip is configured to speak it: its certificates, its proxy, names and passwords in addresses. Thread-safe. */
final class Web {
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int PROXY_PORT = 8080;

    private final HttpClient client;

    Web(PipSettings settings) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(20));
        settings.proxy()
                .ifPresent(proxy -> builder.proxy(ProxySelector.of(
                        new InetSocketAddress(proxy.getHost(), proxy.getPort() < 0 ? PROXY_PORT : proxy.getPort()))));
        settings.certificates().ifPresent(file -> builder.sslContext(trusting(file)));
        this.client = builder.build();
    }

    private static SSLContext trusting(Path certificates) {
        try (InputStream in = Files.newInputStream(certificates)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new DownloadException("cannot use pip's certificates '" + certificates + "': " + e.getMessage(), e);
        }
    }

    /**
     * Asks for {@code address}. The caller closes the body.
     *
     * @param headers name, value, name, value
     */
    HttpResponse<InputStream> get(URI address, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(withoutUser(address)).timeout(ANSWER).headers(headers);
        if (address.getUserInfo() != null) {
            byte[] user = address.getUserInfo().getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** An address for requests and for messages: a password in it is nobody's business. */
    static URI withoutUser(URI address) {
        String text = address.toString();
        String user = address.getRawUserInfo();
        return user == null ? address : URI.create(text.replace(user + "@", ""));
    }
}
