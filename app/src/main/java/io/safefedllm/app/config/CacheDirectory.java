package io.safefedllm.app.config;

import io.safefedllm.client.download.ModelStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where files are kept that can be had again: {@code SAFE_FEDLLM_CACHE}, else {@code ~/.cache/safe-fedllm}. */
public final class CacheDirectory {
    private static final String VARIABLE = "SAFE_FEDLLM_CACHE";

    private final Map<String, String> environment;
    private final Path home;

    /** Reads from {@code environment}, whose later changes are not seen. */
    public CacheDirectory(Map<String, String> environment, Path home) {
        this.environment = Map.copyOf(environment);
        this.home = home;
    }

    /** Returns the directory, which need not exist. */
    public Path path() {
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(value -> !value.isEmpty())
                .map(Path::of)
                .orElse(home.resolve(".cache").resolve("safe-fedllm"));
    }

    /** Returns the published models of this machine. */
    public ModelStore models() {
        return new ModelStore(path().resolve("models"), environment, home);
    }
}
