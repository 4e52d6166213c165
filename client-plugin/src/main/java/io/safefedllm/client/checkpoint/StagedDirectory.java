package io.safefedllm.client.checkpoint;

import io.safefedllm.probe.store.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A directory that appears under its name only when it is complete: files are put into a hidden one beside it, which is renamed at the
 * end. What a killed process has left behind is removed by the next one with the same target, also when that has the same process id, as
 * in a container that is started again.
 */
final class StagedDirectory implements AutoCloseable {
    private static final String MARK = ".incomplete-";

    /** What this process is writing: no leftovers, although they bear its id. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path staging;

    private StagedDirectory(Path target, Path staging) {
        this.target = target;
        this.staging = staging;
    }

    /**
     * Begins.
     *
     * @throws FileAlreadyExistsException if the target is there and is not an empty directory
     */
    static synchronized StagedDirectory open(Path directory) throws IOException {
        requireFree(directory);
        Path target = directory.toAbsolutePath().normalize();
        Path parent = target.getParent();
        if (parent == null) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        Files.createDirectories(parent);
        String prefix = "." + target.getFileName() + MARK;
        removeLeftovers(parent, prefix);
        Path staging = parent.resolve(prefix + ProcessHandle.current().pid());
        Files.createDirectory(staging);
        OPEN.add(staging);
        return new StagedDirectory(target, staging);
    }

    /**
     * Checks the target.
     *
     * @throws FileAlreadyExistsException if it is there and is not an empty directory
     */
    static void requireFree(Path directory) throws IOException {
        if (Files.exists(directory) && !isEmptyDirectory(directory)) {
            throw new FileAlreadyExistsException(directory.toString());
        }
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }

    private static void removeLeftovers(Path parent, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            for (Path left : files.filter(file -> isLeftover(file, prefix)).toList()) {
                remove(left);
            }
        }
    }

    private static boolean isLeftover(Path file, String prefix) {
        String name = file.getFileName().toString();
        if (!name.startsWith(prefix) || !name.substring(prefix.length()).matches("\\d{1,18}")) {
            return false;
        }
        long owner = Long.parseLong(name.substring(prefix.length()));
        if (owner == ProcessHandle.current().pid()) {
            return !OPEN.contains(file);
        }
        return ProcessHandle.of(owner).map(process -> !process.isAlive()).orElse(true);
    }

    /** Where the files go. */
    Path path() {
        return staging;
    }

    /**
     * Makes the directory appear under its name, durably.
     *
     * @throws FileAlreadyExistsException if somebody has put something there meanwhile
     */
    void commit() throws IOException {
        AtomicFile.forceDirectory(staging);
        try {
            Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException e) {
            FileAlreadyExistsException exists = new FileAlreadyExistsException(target.toString());
            exists.initCause(e);
            throw exists;
        }
        AtomicFile.forceDirectory(target.resolveSibling("."));
    }

    /** Removes what was not committed. */
    @Override
    public void close() throws IOException {
        try {
            if (Files.exists(staging)) {
                remove(staging);
            }
        } finally {
            OPEN.remove(staging);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(StagedDirectory::delete);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
