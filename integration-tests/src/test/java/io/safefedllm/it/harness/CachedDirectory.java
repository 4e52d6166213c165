package io.safefedllm.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is made once, on first use, and kept for later runs.
 *
 * <p>All lie under {@code $SAFE_FEDLLM_CACHE}, or {@code ~/.cache/safe-fedllm}. A lock file lets one thread of one process
 * at a time make one, and a marker written last tells a finished directory from the remains of an interrupted one, which
 * are removed.
 */
final class CachedDirectory {

    private static final String MARKER = ".complete";
    private static final Object ONE_THREAD = new Object();

    private CachedDirectory() {}

    /** Fills an empty directory. */
    @FunctionalInterface
    interface Maker {
        void make(Path directory) throws IOException;
    }

    /** Where everything is kept. */
    static Path cache() {
        String chosen = System.getenv("SAFE_FEDLLM_CACHE");
        if (chosen != null && !chosen.isEmpty()) {
            return Path.of(chosen).toAbsolutePath();
        }
        String home = Optional.ofNullable(System.getenv("HOME")).orElse(System.getProperty("user.home"));
        return Path.of(home, ".cache", "safe-fedllm");
    }

    /**
     * Returns the directory, making it first where it is not there.
     *
     * @param name relative to the cache; whoever changes the maker changes the name
     */
    static Path of(String name, Maker maker) {
        Path directory = cache().resolve(name);
        if (!isComplete(directory)) {
            synchronized (ONE_THREAD) {
                makeOnce(directory, maker);
            }
        }
        return directory;
    }

    /** Returns whether the directory is there and complete. */
    static boolean isMade(String name) {
        return isComplete(cache().resolve(name));
    }

    private static boolean isComplete(Path directory) {
        return Files.exists(directory.resolve(MARKER));
    }

    private static void makeOnce(Path directory, Maker maker) {
        Path lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
        try {
            Files.createDirectories(lockFile.getParent());
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !isComplete(directory)) {
                    delete(directory);
                    Files.createDirectories(directory);
                    maker.make(directory);
                    Files.writeString(directory.resolve(MARKER), directory.getFileName() + "\n");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
