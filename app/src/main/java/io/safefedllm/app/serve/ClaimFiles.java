package io.safefedllm.app.serve;

import io.safefedllm.flower.app.ClaimStore;
import io.safefedllm.flower.app.KeptRun;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.strategy.round.RunDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each run's claim as {@code claim.json} in the run's directory.
 *
 * <p>Who drives a run holds a lock on {@code claim.lock} beside it. The system takes the lock away when the process ends, however it
 * ends, so a claim without a lock is one that nobody drives. Several executors may therefore share a state directory.
 */
final class ClaimFiles implements ClaimStore {
    private static final Logger log = LoggerFactory.getLogger(ClaimFiles.class);

    private final Path stateDirectory;
    private final String superLink;
    private final String generation;
    private final Map<Long, FileChannel> locks = new ConcurrentHashMap<>();

    /**
     * Makes the store of one SuperLink's runs.
     *
     * @param superLink the executor address, as the claims of its runs name it
     * @param generation of the wire there
     */
    ClaimFiles(Path stateDirectory, String superLink, String generation) {
        this.stateDirectory = stateDirectory;
        this.superLink = superLink;
        this.generation = generation;
    }

    @Override
    public List<KeptRun> takeUp() throws IOException {
        List<KeptRun> left = new ArrayList<>();
        for (long runId : claimed()) {
            takeUp(runId).ifPresent(left::add);
        }
        return left;
    }

    private List<Long> claimed() throws IOException {
        if (!Files.isDirectory(stateDirectory)) {
            return List.of();
        }
        try (Stream<Path> runs = Files.list(stateDirectory)) {
            return runs.filter(run -> Files.exists(new RunDirectory(run).claim()))
                    .flatMap(run -> runId(run.getFileName().toString()).stream())
                    .sorted(Long::compareUnsigned)
                    .toList();
        }
    }

    private static Optional<Long> runId(String name) {
        try {
            return Optional.of(Long.parseUnsignedLong(name));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private Optional<KeptRun> takeUp(long runId) throws IOException {
        if (!lock(runId)) {
            log.info("run {} is driven by another process with this state directory", Long.toUnsignedString(runId));
            return Optional.empty();
        }
        Optional<KeptRun> ours = read(runId);
        if (ours.isEmpty()) {
            unlock(runId);
        }
        return ours;
    }

    private Optional<KeptRun> read(long runId) throws IOException {
        Path file = directory(runId).claim();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Optional<ClaimFile.Content> content =
                ClaimFile.read(file).filter(found -> found.run().claim().runId() == runId);
        if (content.isEmpty()) {
            log.warn("'{}' is no claim that this program can read, and is left alone; delete it", file);
        }
        return content.filter(found -> isOurs(found, file)).map(ClaimFile.Content::run);
    }

    private boolean isOurs(ClaimFile.Content content, Path file) {
        RunClaim claim = content.run().claim();
        if (content.superLink().equals(superLink) && claim.generation().equals(generation)) {
            return true;
        }
        log.warn(
                "'{}' is for {} at {}, another SuperLink, and is left alone; serve that one to go on with the run, or"
                        + " delete the file",
                file,
                claim,
                content.superLink());
        return false;
    }

    @Override
    public void keep(KeptRun run) throws IOException {
        long runId = run.claim().runId();
        Files.createDirectories(directory(runId).root());
        if (!lock(runId)) {
            throw new IOException(
                    "'" + directory(runId).claim() + "' belongs to another process, which drives the run");
        }
        ClaimFile.write(directory(runId).claim(), new ClaimFile.Content(superLink, run));
    }

    @Override
    public void forget(long runId) {
        Path file = directory(runId).claim();
        if (!locks.containsKey(runId)) {
            return;
        }
        try {
            Files.deleteIfExists(file);
            unlock(runId);
        } catch (IOException e) {
            log.warn("'{}' holds the token of a run that is over and cannot be deleted; delete it", file, e);
        }
    }

    /** Leaves nothing of the lock, nor of a run that ended before there was anything else to keep of it. */
    private void unlock(long runId) throws IOException {
        FileChannel lock = locks.remove(runId);
        if (lock != null) {
            lock.close();
        }
        Files.deleteIfExists(lockFile(runId));
        try {
            Files.deleteIfExists(directory(runId).root());
        } catch (DirectoryNotEmptyException e) {
            log.debug("run {} leaves files", Long.toUnsignedString(runId));
        }
    }

    /** Returns whether this process holds the lock of a run now; not where the run was forgotten, with its directory, meanwhile. */
    private boolean lock(long runId) throws IOException {
        if (locks.containsKey(runId)) {
            return true;
        }
        try {
            FileChannel channel =
                    FileChannel.open(lockFile(runId), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                locks.put(runId, channel);
                return true;
            }
            channel.close();
            return false;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private Path lockFile(long runId) {
        return directory(runId).root().resolve("claim.lock");
    }

    private RunDirectory directory(long runId) {
        return RunDirectory.in(stateDirectory, runId);
    }
}
