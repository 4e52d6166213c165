package io.safefedllm.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that ends with the test: standard output and error together in one file, children ended with it.
 *
 * <p>{@link #close()} asks with SIGTERM, waits, then kills; the processes that it started go the same way. A hook does so
 * too when the JVM of the tests ends early.
 */
public final class ManagedProcess implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int TAIL_LINES = 60;
    private static final List<ManagedProcess> STARTED = new CopyOnWriteArrayList<>();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> STARTED.forEach(ManagedProcess::kill), "end-of-test-processes"));
    }

    private final String name;
    private final Path log;
    private final Process process;

    private ManagedProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    public static ManagedProcess start(Launch launch) {
        Path log = freshLog(launch);
        ProcessBuilder builder = new ProcessBuilder(launch.command())
                .directory(launch.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile());
        builder.environment().putAll(launch.environment());
        try {
            ManagedProcess started = new ManagedProcess(launch.name(), log, builder.start());
            STARTED.add(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + launch.command(), e);
        }
    }

    private static Path freshLog(Launch launch) {
        Path log = launch.directory().resolve(launch.name() + ".log");
        for (int i = 2; Files.exists(log); i++) {
            log = launch.directory().resolve(launch.name() + "-" + i + ".log");
        }
        return log;
    }

    /** Every process started since the last {@link #forgetEnded()}, in order. */
    static List<ManagedProcess> started() {
        return List.copyOf(STARTED);
    }

    static void forgetEnded() {
        STARTED.removeIf(process -> !process.isAlive());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** What the process has written so far, colour codes removed. */
    public String output() {
        try {
            String raw = Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
            byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
            return new String(bytes, StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of the output under a heading that says what became of the process. */
    public String describe() {
        List<String> lines = output().lines().toList();
        int skipped = Math.max(0, lines.size() - TAIL_LINES);
        return "--- " + name + " (" + (isAlive() ? "running" : "exit status " + process.exitValue()) + ")"
                + (skipped > 0 ? ", last " + TAIL_LINES + " of " + lines.size() + " lines" : "") + "\n"
                + String.join("\n", lines.subList(skipped, lines.size()));
    }

    /** Waits until the output holds the text; fails at once when the process ends without having written it. */
    public void awaitOutput(String text, Duration limit) {
        Await.until(name + " writes \"" + text + "\"", limit, () -> {
            boolean ended = !isAlive();
            if (output().contains(text)) {
                return true;
            }
            if (ended) {
                throw new AssertionError(name + " ended without writing \"" + text + "\"\n" + describe());
            }
            return false;
        });
    }

    /** Waits for the end of the process and returns its exit status. */
    public int awaitExit(Duration limit) {
        Await.until(name + " ends", limit, () -> !isAlive());
        return process.exitValue();
    }

    /** What Ctrl-C on a terminal sends. */
    public void interrupt() {
        signal("INT");
    }

    /** What an operating system or a container sends that shuts down. */
    public void terminate() {
        signal("TERM");
    }

    /** As {@code kill -9}: the process has no chance to tidy up. Its children live on until {@link #close()}. */
    public void crash() {
        process.destroyForcibly();
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = descendants();
        process.destroy();
        boolean interrupted = false;
        try {
            process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        kill();
        children.forEach(ProcessHandle::destroyForcibly);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void kill() {
        descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private List<ProcessHandle> descendants() {
        try (Stream<ProcessHandle> handles = process.descendants()) {
            return handles.toList();
        }
    }
}
