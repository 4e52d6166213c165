package io.safefedllm.app.serve;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which process drives which run of a state directory: each holds a lock on one byte of a file that all of them share and that nobody
 * deletes.
 *
 * <p>The system takes the locks of a process away when it ends, however it ends. It also takes them away when the process closes the file
 * once, wherever: a process has one instance a directory at a time. Thread-safe.
 */
final class RunLocks implements AutoCloseable {
    private final Path file;
    private final Map<Long, FileLock> held = new HashMap<>();
    private @Nullable FileChannel channel;

    /**
     * Makes the locks; the file is made with the first of them.
     *
     * @param file in a directory that is there when the first lock is asked for
     */
    RunLocks(Path file) {
        this.file = file;
    }

    /**
     * Returns whether this process holds the lock of the run now, since before or from now on.
     *
     * @throws IOException if the file cannot be written to, or its file system knows no locks
     */
    synchronized boolean lock(long runId) throws IOException {
        if (held.containsKey(runId)) {
            return true;
        }
        FileLock lock = tryLock(runId);
        if (lock != null) {
            held.put(runId, lock);
        }
        return lock != null;
    }

    /** Returns whether this process holds the lock of the run. */
    synchronized boolean holds(long runId) {
        return held.containsKey(runId);
    }

    /** Gives the lock of the run back, if this process holds it. */
    synchronized void unlock(long runId) throws IOException {
        FileLock lock = held.remove(runId);
        if (lock != null) {
            lock.release();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        held.clear();
        if (channel != null) {
            channel.close();
        }
    }

    private @Nullable FileLock tryLock(long runId) throws IOException {
        try {
            return open().tryLock(position(runId), 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /**
     * Spreads the ids over all positions that end below the largest one; should two runs fall on one byte all the same, the second is not
     * driven while the first one is.
     */
    static long position(long runId) {
        long mixed = (runId ^ (runId >>> 32)) * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 29)) >>> 2;
    }

    private FileChannel open() throws IOException {
        FileChannel known = channel;
        if (known == null) {
            known = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel = known;
        }
        return known;
    }
}
