package io.safefedllm.client.download;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where pip would look for packages: its configuration files, machine before user before virtual environment before
 * {@code PIP_CONFIG_FILE}, then its environment variables, each stronger than the ones before.
 *
 * @param indexes addresses of simple indexes, in the order in which they are asked
 * @param certificates PEM file of the authorities to trust instead of Java's
 * @param proxy address of the proxy for all requests
 * @param direct hosts that are reached without it
 */
public record PipSettings(
        List<URI> indexes, Optional<Path> certificates, Optional<URI> proxy, List<DirectHost> direct) {
    /** The index that is asked when nobody has configured another. */
    static final URI PUBLIC_INDEX = URI.create("https://pypi.org/simple/");

    private static final List<String> SECTIONS = List.of("[global]", "[download]", "[install]");

    /** Copies the lists. */
    public PipSettings {
        indexes = List.copyOf(indexes);
        direct = List.copyOf(direct);
    }

    /**
     * Reads the configuration.
     *
     * @param environment of the process
     * @param home directory of the user
     * @throws DownloadException if a file cannot be read, an address is none, or an index is forbidden
     */
    public static PipSettings read(Map<String, String> environment, Path home) {
        Map<String, String> values = new HashMap<>();
        for (Path file : files(environment, home)) {
            if (Files.isRegularFile(file)) {
                readFile(file, values);
            }
        }
        for (String key : List.of("index-url", "extra-index-url", "cert", "proxy", "no-index")) {
            String variable = "PIP_" + key.replace('-', '_').toUpperCase(Locale.ROOT);
            Optional.ofNullable(environment.get(variable)).ifPresent(value -> values.put(key, value));
        }
        if (List.of("1", "true", "yes", "on")
                .contains(values.getOrDefault("no-index", "").toLowerCase(Locale.ROOT))) {
            throw new DownloadException("pip is configured to use no index (no-index)");
        }
        return of(values, environment);
    }

    private static PipSettings of(Map<String, String> values, Map<String, String> environment) {
        List<URI> indexes = Stream.of(values.getOrDefault("index-url", ""), values.getOrDefault("extra-index-url", ""))
                .flatMap(text -> Stream.of(text.strip().split("\\s+")))
                .filter(text -> !text.isEmpty())
                .map(text -> address(text.endsWith("/") ? text : text + "/"))
                .toList();
        Optional<String> proxy = Stream.of("proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
                .map(key -> values.getOrDefault(key, environment.getOrDefault(key, "")))
                .filter(text -> !text.isEmpty())
                .findFirst();
        return new PipSettings(
                values.getOrDefault("index-url", "").isBlank() ? withPublic(indexes) : indexes,
                Optional.of(values.getOrDefault("cert", ""))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of),
                proxy.map(PipSettings::address),
                values.getOrDefault("proxy", "").isEmpty() ? direct(environment) : List.of());
    }

    // Pip goes by this for proxies of the environment only.
    private static List<DirectHost> direct(Map<String, String> environment) {
        return DirectHost.list(environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", "")));
    }

    /** Returns whether an address is reached without the proxy. */
    boolean isDirect(URI address) {
        return direct.stream().anyMatch(host -> host.covers(address));
    }

    private static List<URI> withPublic(List<URI> further) {
        List<URI> all = new ArrayList<>(List.of(PUBLIC_INDEX));
        all.addAll(further);
        return all;
    }

    private static URI address(String text) {
        try {
            URI address = URI.create(text.contains("://") ? text : "http://" + text);
            if (address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new DownloadException("pip is configured with the address '" + text + "', which is none", e);
        }
        throw new DownloadException("pip is configured with the address '" + text + "', which has no host");
    }

    private static List<Path> files(Map<String, String> environment, Path home) {
        @Nullable String own = environment.get("PIP_CONFIG_FILE");
        if (own != null && own.equals("/dev/null")) {
            return List.of();
        }
        List<Path> files = new ArrayList<>(List.of(Path.of("/etc/xdg/pip/pip.conf"), Path.of("/etc/pip.conf")));
        files.add(home.resolve(".pip/pip.conf"));
        files.add(Optional.ofNullable(environment.get("XDG_CONFIG_HOME"))
                .map(Path::of)
                .orElse(home.resolve(".config"))
                .resolve("pip/pip.conf"));
        Optional.ofNullable(environment.get("VIRTUAL_ENV")).ifPresent(venv -> files.add(Path.of(venv, "pip.conf")));
        Optional.ofNullable(own).ifPresent(file -> files.add(Path.of(file)));
        return files;
    }

    /** Reads the sections that count; a line that begins with a blank goes on with the value before it. */
    private static void readFile(Path file, Map<String, String> values) {
        boolean counts = false;
        String key = "";
        for (String line : lines(file)) {
            int cut = line.indexOf('=');
            if (line.isBlank() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[")) {
                counts = SECTIONS.contains(line.strip());
                key = "";
            } else if (Character.isWhitespace(line.charAt(0)) && !key.isEmpty()) {
                values.merge(key, line.strip(), (before, more) -> before + " " + more);
            } else if (counts && cut > 0) {
                key = line.substring(0, cut).strip().replace('_', '-').toLowerCase(Locale.ROOT);
                values.put(key, line.substring(cut + 1).strip());
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new DownloadException("cannot read pip's configuration '" + file + "': " + e.getMessage(), e);
        }
    }
}
