package io.safefedllm.client.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A directory that appears under its name only when it is complete: files are put into a hidden one beside it, which is renamed at the
 * end. What a killed process has left behind is removed by the next one with the same target.
 */
final class StagedDirectory implements AutoCloseable {
    private static final String MARK = ".incomplete-";

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
    static StagedDirectory open(Path directory) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        if (Files.exists(target) && !isEmptyDirectory(target)) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        Path parent = target.getParent();
        if (parent == null) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        Files.createDirectories(parent);
        String prefix = "." + target.getFileName() + MARK;
        removeLeftovers(parent, prefix);
        Path staging = parent.resolve(prefix + ProcessHandle.current().pid());
        return new StagedDirectory(target, Files.createDirectory(staging));
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
        force(staging);
        try {
            Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException e) {
            FileAlreadyExistsException exists = new FileAlreadyExistsException(target.toString());
            exists.initCause(e);
            throw exists;
        }
        force(target.resolveSibling("."));
    }

    /** Windows cannot open a directory and does not need it. */
    private static void force(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Removes what was not committed. */
    @Override
    public void close() throws IOException {
        if (Files.exists(staging)) {
            remove(staging);
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
