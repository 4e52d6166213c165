package io.safefedllm.app.serve;

import io.safefedllm.flower.app.ClaimStore;
import io.safefedllm.flower.app.KeptRun;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.probe.store.AtomicFile;
import io.safefedllm.strategy.round.RunDirectory;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each run's claim as {@code claim.json} in the run's directory.
 *
 * <p>Who drives a run holds its lock ({@link RunLocks}) in {@code .claims.lock} of the state directory, so a claim without a lock is one
 * that nobody drives, and several executors may share a state directory. A process has one store a directory at a time.
 */
final class ClaimFiles implements ClaimStore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClaimFiles.class);

    private final Path stateDirectory;
    private final String superLink;
    private final String generation;
    private final RunLocks locks;
    private final AtomicBoolean warned = new AtomicBoolean();

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
        this.locks = new RunLocks(stateDirectory.resolve(".claims.lock"));
    }

    @Override
    public List<KeptRun> left() throws IOException {
        List<KeptRun> left = new ArrayList<>();
        for (long runId : runs()) {
            try {
                clean(runId);
                read(runId).ifPresent(left::add);
            } catch (IOException e) {
                log.warn(
                        "'{}' cannot be looked at, and is left alone: {}",
                        directory(runId).root(),
                        e.toString());
            }
        }
        return left;
    }

    private List<Long> runs() throws IOException {
        if (!Files.isDirectory(stateDirectory)) {
            return List.of();
        }
        try (Stream<Path> runs = Files.list(stateDirectory)) {
            return runs.flatMap(run -> runId(run.getFileName().toString()).stream())
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

    /**
     * Removes a half written claim, which may hold a token, of a process that was killed before it was whole. A run whose lock another
     * process holds is left alone.
     */
    private void clean(long runId) throws IOException {
        if (locks.holds(runId) || !Files.exists(halfWritten(runId)) || !locks.lock(runId)) {
            return;
        }
        try {
            Files.deleteIfExists(halfWritten(runId));
            deleteEmptyDirectory(runId);
        } finally {
            locks.unlock(runId);
        }
    }

    @Override
    public Optional<KeptRun> takeUp(long runId) throws IOException {
        if (!locks.lock(runId)) {
            log.info("run {} is driven by another process with this state directory", Long.toUnsignedString(runId));
            return Optional.empty();
        }
        Optional<KeptRun> ours = Optional.empty();
        try {
            ours = read(runId);
        } finally {
            if (ours.isEmpty()) {
                locks.unlock(runId);
            }
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
                "'{}' is for {} at {} over {}, while this is {} over {}, and is left alone; serve that one to go on with the"
                        + " run, or delete the file",
                file,
                claim,
                content.superLink(),
                claim.generation(),
                superLink,
                generation);
        return false;
    }

    @Override
    public void keep(KeptRun run) throws IOException {
        long runId = run.claim().runId();
        boolean free = true;
        try {
            Files.createDirectories(stateDirectory);
            free = locks.lock(runId);
            if (free) {
                Files.createDirectories(directory(runId).root());
                ClaimFile.write(directory(runId).claim(), new ClaimFile.Content(superLink, run));
            }
        } catch (IOException e) {
            warnOnce(e);
        }
        if (!free) {
            throw new IOException("'" + directory(runId).claim()
                    + "' belongs to another process with this state directory, which drives the run");
        }
    }

    private void warnOnce(IOException cause) {
        if (warned.compareAndSet(false, true)) {
            log.warn(
                    "Runs cannot be kept in '{}' ({}): should this process be killed, the next one will not go on with them."
                            + " Give a --state-dir that belongs to this user, on a file system with locks",
                    stateDirectory,
                    cause.toString());
        }
    }

    @Override
    public void forget(long runId) {
        if (!locks.holds(runId)) {
            return;
        }
        Path file = directory(runId).claim();
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(halfWritten(runId));
            deleteEmptyDirectory(runId);
            locks.unlock(runId);
        } catch (IOException e) {
            log.warn("'{}' holds the token of a run that is over and cannot be deleted; delete it", file, e);
        }
    }

    /** Lets other processes take up what is still kept. */
    @Override
    public void close() throws IOException {
        locks.close();
    }

    /** Leaves nothing of a run that ended before there was anything else to keep of it. */
    private void deleteEmptyDirectory(long runId) throws IOException {
        try {
            Files.deleteIfExists(directory(runId).root());
        } catch (DirectoryNotEmptyException e) {
            log.debug("run {} leaves files", Long.toUnsignedString(runId));
        }
    }

    private Path halfWritten(long runId) {
        return AtomicFile.halfWritten(directory(runId).claim());
    }

    private RunDirectory directory(long runId) {
        return RunDirectory.in(stateDirectory, runId);
    }
}
