package io.safefedllm.client.download;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.client.download.PublishedModel.Wheel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The simple index of Python packages (PEP 503 and 691): which files a project has and where they lie. Thread-safe. */
final class PackageIndex {
    private static final String JSON_TYPE = "application/vnd.pypi.simple.v1+json";
    private static final int MAX_PAGE = 1 << 25;
    private static final Pattern LINK =
            Pattern.compile("<a\\s[^>]*?href\\s*=\\s*[\"']([^\"']+)[\"'][^>]*>\\s*([^<]*?)\\s*</a>");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Web web;
    private final List<URI> indexes;

    PackageIndex(Web web, List<URI> indexes) {
        this.web = web;
        this.indexes = indexes;
    }

    /**
     * Finds a wheel on the first index that has it.
     *
     * @throws DownloadException if none has it; the message says what each answered
     */
    URI find(Wheel wheel) throws InterruptedException {
        List<String> answers = new ArrayList<>();
        for (URI index : indexes) {
            URI page = index.resolve(wheel.project() + "/");
            try {
                Optional<URI> file = find(wheel, page);
                if (file.isPresent()) {
                    return file.get();
                }
                answers.add(Web.withoutUser(page) + " does not list " + wheel.fileName());
            } catch (IOException e) {
                answers.add(Web.withoutUser(page) + ": " + Reasons.of(e));
            }
        }
        throw new DownloadException("cannot find " + wheel.fileName() + ": " + String.join("; ", answers));
    }

    private Optional<URI> find(Wheel wheel, URI page) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                web.get(page, "Accept", JSON_TYPE + ", application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1");
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
            String text = new String(body.readNBytes(MAX_PAGE), StandardCharsets.UTF_8);
            boolean json = answer.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.contains("json"))
                    .isPresent();
            Optional<String> link = json ? inJson(text, wheel) : inHtml(text, wheel);
            return link.map(found -> credentialled(answer.uri().resolve(found), page));
        }
    }

    /** Files of the index's own scheme, host and port are asked for with the index's name and password. */
    private static URI credentialled(URI file, URI page) {
        String user = page.getRawUserInfo();
        boolean own =
                user != null && file.getHost() != null && file.getRawUserInfo() == null && Web.isSameOrigin(page, file);
        return own
                ? URI.create(file.toString().replaceFirst("://", "://" + Matcher.quoteReplacement(user) + "@"))
                : file;
    }

    private static Optional<String> inJson(String text, Wheel wheel) throws IOException {
        try {
            for (JsonNode file : JSON.readTree(text).path("files")) {
                if (file.path("filename").asText().equals(wheel.fileName())) {
                    return Optional.of(file.path("url").asText());
                }
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IOException("the page is not valid JSON", e);
        }
    }

    private static Optional<String> inHtml(String text, Wheel wheel) {
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            if (link.group(2).equals(wheel.fileName())) {
                return Optional.of(link.group(1).replace("&amp;", "&").replaceFirst("#.*", ""));
            }
        }
        return Optional.empty();
    }
}
