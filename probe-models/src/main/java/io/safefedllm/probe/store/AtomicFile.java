package io.safefedllm.probe.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Replaces a file in one step: write to a temporary file beside it, force it to disk, rename, force the directory.
 *
 * <p>A reader, and a process restarted after a crash, sees the old file or the new one, never a part. One writer per
 * target at a time.
 */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything to {@code channel}, which is positioned at 0. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Replaces or creates {@code target}, and its directory where that is missing.
     *
     * @throws IOException if writing fails; the old file is then as it was
     */
    public static void write(Path target, Content content) throws IOException {
        replace(target, content);
    }

    /**
     * As {@link #write(Path, Content)}, for content that is in memory.
     *
     * @throws IOException if writing fails; the old file is then as it was
     */
    public static void write(Path target, byte[] bytes) throws IOException {
        write(target, all(bytes));
    }

    private static Content all(byte[] bytes) {
        return channel -> {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        };
    }

    /**
     * As {@link #writePrivate(Path, Content)}, for content that is in memory.
     *
     * @throws IOException if writing fails; the old file is then as it was
     */
    public static void writePrivate(Path target, byte[] bytes) throws IOException {
        writePrivate(target, all(bytes));
    }

    /**
     * As {@link #write(Path, Content)}, for a file with a secret: where the file system knows permissions, its owner alone may read and
     * write it, from its first byte on.
     *
     * @throws IOException if writing fails; the old file is then as it was
     */
    public static void writePrivate(Path target, Content content) throws IOException {
        boolean posix = target.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            replace(
                    target,
                    content,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            replace(target, content);
        }
    }

    private static void replace(Path target, Content content, FileAttribute<?>... attributes) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("cannot write to '" + target + "'; name a file");
        }
        Files.createDirectories(directory);
        Path temporary = halfWritten(target);
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel channel = FileChannel.open(
                    temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        forceDirectory(directory);
    }

    /** Returns the file beside {@code target} that is left of a writer that was killed; the next one replaces it. */
    public static Path halfWritten(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".tmp");
    }

    /** Makes renames in a directory durable. Windows cannot open a directory and does not need it. */
    public static void forceDirectory(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
