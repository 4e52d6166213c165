package io.safefedllm.lab.simulate;

import io.safefedllm.client.model.EngineRuntime;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.ProbeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What federations of one process share: the model, its trainings so far, the probe, the questions. Confined to one thread. */
final class Workbench implements AutoCloseable {
    private final Corpus corpus = Corpus.of(Corpus.BUNDLED_SEED);
    private final TrialModel model;
    private final Optional<ProbeSet> probe;
    private final Examiner examiner;
    private final TrainingMemo memo;

    private Workbench(TrialModel model, Optional<ProbeSet> probe, EvaluationPlan plan, LongSupplier nanoTicker) {
        this.model = model;
        this.probe = probe;
        this.examiner = new Examiner(model, corpus, plan);
        this.memo = new TrainingMemo(nanoTicker);
    }

    /**
     * Loads model and probe.
     *
     * @param probe read if there is one
     * @throws UncheckedIOException if the probe cannot be read
     * @throws io.safefedllm.client.checkpoint.CheckpointException if the model directory is none
     */
    static Workbench open(
            Path model, LocalTraining training, Optional<Path> probe, EvaluationPlan plan, LongSupplier nanoTicker) {
        EngineRuntime.useThreads(1);
        Optional<ProbeSet> probes = probe.map(Workbench::read);
        return new Workbench(TrialModel.open(model, training.lora()), probes, plan, nanoTicker);
    }

    private static ProbeSet read(Path file) {
        try {
            return ProbeFile.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Corpus corpus() {
        return corpus;
    }

    TrialModel model() {
        return model;
    }

    Optional<ProbeSet> probe() {
        return probe;
    }

    Examiner examiner() {
        return examiner;
    }

    MemoTrainer trainer(List<CorpusRow> rows) {
        return new MemoTrainer(model, memo, rows);
    }

    @Override
    public void close() {
        model.close();
    }
}
