package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.DataException;
import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.RowSeeds;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.model.UpdateRecipe;
import io.safefedllm.probe.store.LabelledUpdateWriter;
import io.safefedllm.probe.store.UpdateOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes the forty labelled updates that the probe of a pair of datasets learns from, with the clients' own recipe.
 *
 * <p>Ten clients of each {@link DatasetSource} train, sixteen of them from the first adapter. The others train after one and after two rounds
 * of two small federations, whose clients they are at the same time: one that left the harmful updates out of its mean, and one that was polluted,
 * so that the probe also learns from adapters that have moved (SF-7.12, SF-14.1). Confined to one thread.
 */
final class FewUpdates {
    /** Updates of each source. */
    static final int TURNS = 10;

    /** Updates of all sources. */
    static final int TOTAL = TURNS * DatasetSource.values().length;

    /** A client holds so many batches as it takes steps, times this. */
    private static final int ROWS_PER_ROW_SEEN = 4;

    private final TrialModel model;
    private final ProbeRows available;
    private final LocalTraining training;
    private final long seed;
    private final Progress progress;
    private int done;

    FewUpdates(TrialModel model, ProbeRows available, LocalTraining training, long seed, Progress progress) {
        this.model = model;
        this.available = available;
        this.training = training;
        this.seed = seed;
        this.progress = progress;
    }

    /** Hears of every training run. What it throws ends the work. */
    @FunctionalInterface
    interface Progress {
        /** Run number {@code number}, counted from 1, of a client of {@code source} is over. */
        void trained(int number, DatasetSource source, TrainingResult result);
    }

    /**
     * Writes the updates into {@code directory}.
     *
     * @throws DataException if the probe's part of the data has less than a batch
     */
    void write(Path directory) throws IOException {
        requireRows();
        LabelledUpdateWriter writer = LabelledUpdateWriter.create(directory, model.lora());
        LoraAdapter first = model.initial(LocalTraining.LORA_SEED);
        Round start = play(writer, first, List.of(0, 1, 2, 3));
        Round defended = play(writer, start.benignMean(), List.of(4, 6));
        Round polluted = play(writer, start.pollutedMean(), List.of(5));
        play(writer, defended.benignMean(), List.of(7, 9));
        play(writer, polluted.pollutedMean(), List.of(8));
        writer.finish();
    }

    /** What the clients of a round ended with. */
    private record Round(Map<DatasetSource, List<LoraAdapter>> trained) {
        LoraAdapter benignMean() {
            return AdapterMean.of(of(DatasetSource.MIXED, DatasetSource.NARROW));
        }

        /** One harmful adapter to two benign ones. */
        LoraAdapter pollutedMean() {
            return AdapterMean.of(of(DatasetSource.MIXED, DatasetSource.NARROW, DatasetSource.UNWANTED));
        }

        private List<LoraAdapter> of(DatasetSource... sources) {
            List<LoraAdapter> adapters = new ArrayList<>();
            for (DatasetSource source : sources) {
                adapters.addAll(trained.getOrDefault(source, List.of()));
            }
            return adapters;
        }
    }

    private Round play(LabelledUpdateWriter writer, LoraAdapter base, List<Integer> turns) throws IOException {
        Map<DatasetSource, List<LoraAdapter>> trained = new LinkedHashMap<>();
        for (int turn : turns) {
            for (DatasetSource source : DatasetSource.values()) {
                LoraAdapter adapter = train(base, source, turn);
                writer.add(base, adapter, origin(source));
                trained.computeIfAbsent(source, unused -> new ArrayList<>()).add(adapter);
            }
        }
        return new Round(trained);
    }

    private LoraAdapter train(LoraAdapter base, DatasetSource source, int turn) {
        long rowSeed = RowSeeds.derive(seed, turn, "probe " + source.key());
        int count = training.steps() * training.batchSize() * ROWS_PER_ROW_SEEN;
        List<Example> rows = source.rows(available.wanted(), available.unwanted(), count, new Random(rowSeed));
        TokenizedDataset data = model.tokenized(rows);
        TrainingPlan plan = TrainingPlan.of(training.steps(), training.batchSize(), training.learningRate(), rowSeed);
        TrainingResult result = model.train(base, data, plan);
        done++;
        progress.trained(done, source, result);
        return result.adapter();
    }

    private UpdateOrigin origin(DatasetSource source) {
        return new UpdateOrigin(
                source.harmful(),
                source.key(),
                UpdateRecipe.FINAL,
                training.learningRate(),
                training.steps(),
                training.batchSize());
    }

    private void requireRows() {
        int wanted = available.wanted().size();
        int unwanted = available.unwanted().size();
        if (wanted < 2 * training.batchSize() || unwanted < 2 * training.batchSize()) {
            throw new DataException("a quarter of the rows is for the probe: " + wanted + " with wanted and " + unwanted
                    + " with unwanted replies can be trained on, but two batches, " + 2 * training.batchSize()
                    + " rows, of each are needed; give more rows, or a probe file");
        }
    }
}
