package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.journal.JournalMark;
import io.safefedllm.strategy.journal.RoundJournal;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a run on disk and in memory: where it begins or goes on, and what is written when a round is over.
 *
 * <p>A directory that holds an unfinished run of the same settings is gone on with; one of another run is refused. Confined
 * to the run's thread.
 */
final class RunState implements AutoCloseable {
    private final RunPlan plan;
    private final RunDirectory directory;
    private final RunMemory memory;
    private final RoundJournal journal;
    private LoraAdapter adapter;
    private int finished;

    private RunState(RunPlan plan, RunDirectory directory, Checkpoint from, RoundJournal journal) {
        this.plan = plan;
        this.directory = directory;
        this.memory = RunMemory.restore(plan.settings(), from.memory());
        this.journal = journal;
        this.adapter = from.adapter();
        this.finished = from.round();
    }

    /**
     * Opens the state of a run.
     *
     * @throws SettingsException if the directory, or the one to resume from, holds another run
     * @throws IOException if a file cannot be read or written
     */
    static RunState open(RunPlan plan, RunDirectory directory, long runId) throws IOException {
        Optional<Checkpoint> other = other(plan, directory);
        Map<String, Object> head = JournalHead.of(plan, runId, other);
        if (Files.exists(directory.ledger())) {
            Checkpoint here =
                    Checkpoint.read(directory, plan.origin(), plan.initial().adapter());
            return new RunState(plan, directory, here, RoundJournal.resume(directory.journal(), here.journal(), head));
        }
        if (Files.exists(directory.journal())) {
            throw new SettingsException(
                    "the journal '" + directory.journal() + "' is there already; choose another directory");
        }
        Checkpoint start = start(plan, directory, other);
        return new RunState(plan, directory, start, RoundJournal.resume(directory.journal(), start.journal(), head));
    }

    private static Optional<Checkpoint> other(RunPlan plan, RunDirectory directory) throws IOException {
        Optional<Path> from = plan.settings().adapter().resumeFrom();
        if (from.isEmpty()
                || from.get()
                        .toAbsolutePath()
                        .normalize()
                        .equals(directory.root().toAbsolutePath().normalize())) {
            return Optional.empty();
        }
        RunDirectory other = new RunDirectory(from.get());
        if (!Files.exists(other.ledger())) {
            throw new SettingsException("'" + from.get() + "' holds no run to resume from; name a run's directory");
        }
        return Optional.of(Checkpoint.read(other, plan.origin(), plan.initial().adapter()));
    }

    /** Writes down where the run begins, before its journal: from then on the directory belongs to it. */
    private static Checkpoint start(RunPlan plan, RunDirectory directory, Optional<Checkpoint> other)
            throws IOException {
        Checkpoint start = other.map(
                        from -> new Checkpoint(from.round(), from.adapter(), from.memory(), JournalMark.START))
                .orElseGet(() -> new Checkpoint(
                        0,
                        plan.initial().adapter(),
                        RunMemory.fresh(plan.settings(), RunKey.fresh(plan.settings(), plan.parts()))
                                .snapshot(),
                        JournalMark.START));
        if (start.round() > 0) {
            PeftAdapter peft = new PeftAdapter(plan.initial().config(), start.adapter());
            Checkpoint.writeRound(
                    directory,
                    new ServerRound(start.round()),
                    peft,
                    start.memory().carried());
        }
        start.seal(directory, plan.origin());
        return start;
    }

    RunMemory memory() {
        return memory;
    }

    /** Returns the adapter after the last finished round. */
    LoraAdapter adapter() {
        return adapter;
    }

    /** Returns the number of finished rounds, those of a run that this one goes on with included. */
    int finished() {
        return finished;
    }

    /** Returns the round to play next. */
    ServerRound next() {
        return new ServerRound(finished + 1);
    }

    /** Writes everything that a round has changed; from then on it is finished. */
    void finish(RoundReport report) throws IOException {
        PeftAdapter peft = new PeftAdapter(plan.initial().config(), report.adapter());
        Checkpoint.writeRound(directory, report.round(), peft, memory.carried());
        journal.write(report);
        Checkpoint checkpoint =
                new Checkpoint(report.round().number(), report.adapter(), memory.snapshot(), journal.mark());
        checkpoint.seal(directory, plan.origin());
        adapter = report.adapter();
        finished = report.round().number();
    }

    @Override
    public void close() {
        journal.close();
    }
}
