package io.safefedllm.flower.app;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.link.LogLevel;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.message.Message;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/** The grid of an embedded federation: polling is what makes the nodes work. */
final class EmbeddedGrid implements Grid {

    private final ClaimedRun run;
    private final List<EmbeddedWorker> workers;
    private final EmbeddedFederation.Builder settings;
    private final BooleanSupplier stopping;

    EmbeddedGrid(
            ClaimedRun run,
            List<EmbeddedWorker> workers,
            EmbeddedFederation.Builder settings,
            BooleanSupplier stopping) {
        this.run = run;
        this.workers = workers;
        this.settings = settings;
        this.stopping = stopping;
    }

    @Override
    public long runId() {
        return run.claim().runId();
    }

    @Override
    public List<Long> nodeIds() {
        requireGoingOn();
        return run.nodeIds();
    }

    @Override
    public List<String> send(List<Message> messages) {
        requireGoingOn();
        return run.send(messages);
    }

    @Override
    public List<Message> poll(Collection<String> messageIds) {
        requireGoingOn();
        CompletableFuture<?>[] work = workers.stream()
                .map(worker -> CompletableFuture.runAsync(() -> drain(worker), settings.executor))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(work).join();
        } catch (CompletionException e) {
            throw unwrap(e);
        }
        requireGoingOn();
        return run.poll(messageIds);
    }

    @Override
    public void log(String text) {
        log(LogLevel.INFO, text);
    }

    @Override
    public void log(LogLevel level, String text) {
        requireGoingOn();
        run.log(FlowerLog.line(level, text));
        settings.listener.logged(level, text);
    }

    private void drain(EmbeddedWorker worker) {
        if (!stopping.getAsBoolean()) {
            worker.drain();
        }
    }

    private void requireGoingOn() {
        if (stopping.getAsBoolean()) {
            throw new RunStoppedException(RunStoppedException.Reason.CLOSING, "the federation was stopped");
        }
    }

    private static RuntimeException unwrap(CompletionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : e;
    }
}
