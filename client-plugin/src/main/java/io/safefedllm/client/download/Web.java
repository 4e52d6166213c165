package io.safefedllm.client.download;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** HTTP as pip is configured to speak it: its certificates, its proxy, names and passwords in addresses. Thread-safe. */
final class Web {
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int PROXY_PORT = 8080;
    private static final int MOST_REDIRECTS = 5;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient client;

    Web(PipSettings settings) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(20));
        settings.proxy().ifPresent(proxy -> builder.proxy(new Detour(settings, proxy)));
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
     * Asks for {@code address}, following redirects, but none from https to http. The name and password in {@code address} are
     * sent to its own origin only. The caller closes the body.
     *
     * @param headers name, value, name, value
     */
    HttpResponse<InputStream> get(URI address, String... headers) throws IOException, InterruptedException {
        URI asked = withoutUser(address);
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpResponse<InputStream> answer =
                    client.send(request(asked, address, headers), HttpResponse.BodyHandlers.ofInputStream());
            Optional<String> location = answer.headers().firstValue("Location");
            if (!REDIRECTS.contains(answer.statusCode()) || location.isEmpty()) {
                return answer;
            }
            answer.body().close();
            asked = redirected(asked, location.get());
        }
        throw Retries.Refused.of(withoutUser(address) + " redirects more than " + MOST_REDIRECTS + " times");
    }

    private static HttpRequest request(URI asked, URI address, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(asked).timeout(ANSWER).headers(headers);
        if (address.getUserInfo() != null && isSameOrigin(asked, address)) {
            byte[] user = address.getUserInfo().getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
        }
        return request.build();
    }

    /**
     * Where a redirect leads.
     *
     * @throws IOException if it leads nowhere, or from https to something else
     */
    static URI redirected(URI from, String location) throws IOException {
        URI to;
        try {
            to = withoutUser(from.resolve(location));
        } catch (IllegalArgumentException e) {
            throw Retries.Refused.of(from + " redirects to what is no address");
        }
        boolean secure = "https".equalsIgnoreCase(to.getScheme());
        boolean plain = "http".equalsIgnoreCase(to.getScheme()) && "http".equalsIgnoreCase(from.getScheme());
        if (to.getHost() == null || !(secure || plain)) {
            throw Retries.Refused.of(from + " redirects to " + to + ", which is not followed");
        }
        return to;
    }

    /** Whether two addresses have the same scheme, host and port. */
    static boolean isSameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "https".equalsIgnoreCase(address.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }

    /** An address for requests and for messages: a password in it is nobody's business. */
    static URI withoutUser(URI address) {
        String text = address.toString();
        String user = address.getRawUserInfo();
        return user == null ? address : URI.create(text.replace(user + "@", ""));
    }

    /** The proxy for all hosts but those that are reached without it. */
    private static final class Detour extends ProxySelector {
        private final PipSettings settings;
        private final Proxy proxy;

        Detour(PipSettings settings, URI address) {
            this.settings = settings;
            int port = address.getPort() < 0 ? PROXY_PORT : address.getPort();
            // The host's address is looked up when it is needed.
            this.proxy = new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port));
        }

        @Override
        public List<Proxy> select(URI asked) {
            return List.of(settings.isDirect(asked) ? Proxy.NO_PROXY : proxy);
        }

        @Override
        public void connectFailed(URI asked, SocketAddress where, IOException failure) {
            // The caller gets the failure.
        }
    }
}
