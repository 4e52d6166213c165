package io.safefedllm.it.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where {@code pip} takes packages from, by its files and its environment, in the words of {@code uv}. */
final class PipSettings {

    private static final Map<String, String> UV_NAMES = Map.of(
            "index-url", "UV_DEFAULT_INDEX",
            "extra-index-url", "UV_INDEX",
            "find-links", "UV_FIND_LINKS",
            "default-timeout", "UV_HTTP_TIMEOUT",
            "cert", "SSL_CERT_FILE",
            "proxy", "ALL_PROXY");

    /** As in {@code global.index-url='https://example.org/simple'}. */
    private static final Pattern SETTING = Pattern.compile("(?:global|install|:env:)\\.([a-z-]+)='(.*)'");

    private PipSettings() {}

    /** Asks the {@code pip} of an interpreter; what the environment says comes last there and wins. */
    static Map<String, String> read(String python) throws IOException {
        Process process = new ProcessBuilder(python, "-m", "pip", "config", "list")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String listed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> files = new HashMap<>();
        Map<String, String> environment = new HashMap<>();
        Matcher setting = SETTING.matcher(listed);
        while (setting.find()) {
            String name = UV_NAMES.get(setting.group(1));
            if (name != null) {
                (setting.group().startsWith(":env:") ? environment : files).put(name, setting.group(2));
            }
        }
        files.putAll(environment);
        return files;
    }
}
