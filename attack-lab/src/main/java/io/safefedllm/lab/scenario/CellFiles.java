package io.safefedllm.lab.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.safefedllm.probe.store.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of a matrix: {@code cells/NAME.json} for each finished cell and {@code journals/NAME.jsonl} beside it; a running cell has a
 * directory in {@code running} and a lock, so that several processes share the work of one directory.
 */
final class CellFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path directory;

    CellFiles(Path directory) {
        this.directory = directory;
    }

    /** A cell that this process alone works on. */
    final class Claim implements AutoCloseable {
        private final ScenarioCell cell;
        private final FileChannel channel;

        private Claim(ScenarioCell cell, FileChannel channel) {
            this.cell = cell;
            this.channel = channel;
        }

        /** Returns an empty directory for the run. */
        Path home() {
            Path home = directory.resolve("running").resolve(cell.fileName());
            remove(home);
            return home;
        }

        /** Keeps the result and the journal, the result last, and removes everything else of the run. */
        void finish(CellResult result) throws IOException {
            Path home = directory.resolve("running").resolve(cell.fileName());
            Path journals = Files.createDirectories(directory.resolve("journals"));
            Path journal = home.resolve("journal.jsonl");
            if (Files.exists(journal)) {
                Files.move(journal, journals.resolve(cell.fileName() + ".jsonl"), StandardCopyOption.REPLACE_EXISTING);
            }
            AtomicFile.write(file(cell), (MAPPER.writeValueAsString(result) + "\n").getBytes(StandardCharsets.UTF_8));
            remove(home);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Makes the directories. */
    void prepare() throws IOException {
        Files.createDirectories(directory.resolve("cells"));
        Files.createDirectories(directory.resolve("running"));
    }

    /** Takes a cell that is not finished, unless another process works on it. */
    Optional<Claim> claim(ScenarioCell cell) throws IOException {
        Path lock = directory.resolve("running").resolve(cell.fileName() + ".lock");
        FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null && !Files.exists(file(cell))) {
                return Optional.of(new Claim(cell, channel));
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            return Optional.empty();
        }
        channel.close();
        return Optional.empty();
    }

    /** Returns the finished cells among {@code cells}. */
    Map<ScenarioCell, CellResult> finished(List<ScenarioCell> cells) {
        Map<ScenarioCell, CellResult> results = new LinkedHashMap<>();
        for (ScenarioCell cell : cells) {
            Path file = file(cell);
            if (Files.exists(file)) {
                results.put(cell, read(file));
            }
        }
        return results;
    }

    private static CellResult read(Path file) {
        try {
            return MAPPER.readValue(file.toFile(), CellResult.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " as a cell of a matrix", e);
        }
    }

    private Path file(ScenarioCell cell) {
        return directory.resolve("cells").resolve(cell.fileName() + ".json");
    }

    private static void remove(Path home) {
        if (!Files.exists(home)) {
            return;
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + home, e);
        }
    }
}
