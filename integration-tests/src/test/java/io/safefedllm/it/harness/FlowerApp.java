package io.safefedllm.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** A copy of one of the Flower apps under {@code src/test/apps} that a test may add settings to. */
public final class FlowerApp {

    private static final Path APPS = Path.of("src", "test", "apps");

    private final Path directory;

    private FlowerApp(Path directory) {
        this.directory = directory;
    }

    /** Copies the app called {@code name} to a directory of that name under {@code parent}. */
    public static FlowerApp copy(String name, Path parent) {
        Path source = APPS.resolve(name);
        Path target = parent.resolve(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(path -> !path.toString().contains("__pycache__"))
                    .toList()) {
                Files.copy(file, target.resolve(source.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the app " + source.toAbsolutePath(), e);
        }
        return new FlowerApp(target);
    }

    /** Adds a line to {@code [tool.flwr.app.config]}, which is the last table of each pyproject.toml. */
    public FlowerApp declare(String line) {
        try {
            Files.writeString(directory.resolve("pyproject.toml"), line + "\n", StandardOpenOption.APPEND);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets another object be the ServerApp, as in {@code package.module:object}. */
    public FlowerApp serverApp(String reference) {
        return component("serverapp", reference);
    }

    /** Lets another object be the ClientApp, as in {@code package.module:object}. */
    public FlowerApp clientApp(String reference) {
        return component("clientapp", reference);
    }

    private FlowerApp component(String key, String reference) {
        Path file = directory.resolve("pyproject.toml");
        try {
            String text = Files.readString(file);
            String changed = text.replaceFirst("(?m)^" + key + " = .*$", key + " = \"" + reference + "\"");
            if (changed.equals(text)) {
                throw new IllegalStateException(file + " names no other " + key + " than " + reference);
            }
            Files.writeString(file, changed);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path directory() {
        return directory;
    }
}
