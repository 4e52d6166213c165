package io.safefedllm.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/**
 * The clock of a SuperLink, which goes as wrong as a test wants, at any moment. The SuperLink is an unmodified one: what moves is
 * the time that Python tells it.
 */
public final class MovedClock {

    /** Python loads the file there before anything else. */
    private static final Path SCRIPTS =
            Path.of("src", "test", "python", "moved-clock").toAbsolutePath();

    private final Path file;

    private MovedClock(Path file) {
        this.file = file;
    }

    /** Returns a clock that is right, kept in an existing directory. */
    public static MovedClock in(Path directory) {
        MovedClock clock = new MovedClock(directory.resolve("clock"));
        clock.move(Duration.ZERO);
        return clock;
    }

    /** Puts the clock so far ahead of the time of the machine, or behind it. */
    public void move(Duration lead) {
        try {
            Path next = Files.writeString(file.resolveSibling("clock.next"), Long.toString(lead.toSeconds()));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> variables() {
        return Map.of("PYTHONPATH", SCRIPTS.toString(), "MOVED_CLOCK", file.toString());
    }
}
