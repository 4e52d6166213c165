package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.Example;
import io.safefedllm.client.model.EngineRuntime;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** What federations of one process share: the model, its trainings so far, the rows, the questions. Confined to one thread. */
final class Workbench implements AutoCloseable {
    private final TrialModel model;
    private final TrialTask task;
    private final TrainingMemo memo;

    private Workbench(TrialModel model, TrialTask task, TrainingMemo memo) {
        this.model = model;
        this.task = task;
        this.memo = memo;
    }

    /**
     * Loads the model and reads the rows.
     *
     * @param cancelled ends trainings and measurements when it comes true
     * @throws io.safefedllm.client.checkpoint.CheckpointException if the model directory is none
     * @throws io.safefedllm.client.data.DataException if the rows cannot be used
     */
    static Workbench open(SimulationSettings settings, LongSupplier nanoTicker, BooleanSupplier cancelled) {
        Optional<DataFiles> data = settings.material().data();
        if (data.isEmpty()) {
            EngineRuntime.useThreads(1);
        }
        TrialModel model = TrialModel.open(settings.material().model(), settings.training(), cancelled);
        try {
            TrialTask task = data.<TrialTask>map(files -> DatasetTask.open(model, files, settings.evaluation()))
                    .orElseGet(() -> new CorpusTask(model, settings.evaluation()));
            return new Workbench(model, task, new TrainingMemo(nanoTicker));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    TrialModel model() {
        return model;
    }

    TrialTask task() {
        return task;
    }

    MemoTrainer trainer(List<Example> rows) {
        return new MemoTrainer(model, memo, rows);
    }

    @Override
    public void close() {
        model.close();
    }
}
