package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.RowSeeds;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.train.StepListener;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.Pool;
import io.safefedllm.lab.corpus.RowMix;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.LabelledUpdateWriter;
import io.safefedllm.probe.store.UpdateOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the labelled updates that a probe is trained and calibrated with.
 *
 * <p>Simulated clients of several kinds, harmless and harmful, train as clients of a federation do: half of them from the first
 * adapter, as in a shadow run, half from adapters that federations have moved, as in later rounds. One of these federations is
 * honest, one has a hostile client, so that the probe also knows bases that are mildly harmed. Training and calibration have
 * pools of their own.
 */
public final class UpdateWorkshop {
    /** The directory of the calibration set inside that of the training set. */
    public static final String CALIBRATION = "calibration";

    private static final int ROWS_OF_A_CLIENT = LocalTraining.DEFAULTS.rows();

    private final Corpus corpus;
    private final WorkshopPlan plan;
    private final LocalTraining training;

    /** Makes updates with the clients' recipe of a simulation. */
    public UpdateWorkshop(Corpus corpus, WorkshopPlan plan) {
        this.corpus = corpus;
        this.plan = plan;
        this.training = LocalTraining.DEFAULTS;
    }

    /** Hears of every training run. What it throws ends the work. */
    @FunctionalInterface
    public interface Progress {
        /** Run number {@code done} of {@code total} is over. */
        void trained(int done, int total);
    }

    /**
     * Writes a training set into {@code directory} and a calibration set into {@code directory/calibration}.
     *
     * @throws io.safefedllm.client.checkpoint.CheckpointException if {@code model} is no model directory
     * @throws UncheckedIOException if {@code directory} holds a set already or cannot be written
     */
    public void run(Path model, Path directory, long seed, Progress progress) {
        try (TrialModel trial = TrialModel.open(model, training.lora())) {
            Work work = new Work(trial, seed, progress);
            work.write(directory, Pool.PROBE_TRAINING);
            work.write(directory.resolve(CALIBRATION), Pool.PROBE_CALIBRATION);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write labelled updates into " + directory, e);
        }
    }

    private int count(UpdateSource source, Pool pool) {
        if (pool == Pool.PROBE_TRAINING) {
            return plan.training();
        }
        return source.harmful() ? plan.harmfulCalibration() : plan.benignCalibration();
    }

    private int total() {
        int total = 4 * plan.clients() * plan.rounds();
        for (UpdateSource source : UpdateSource.values()) {
            total += count(source, Pool.PROBE_TRAINING) + count(source, Pool.PROBE_CALIBRATION);
        }
        return total;
    }

    /** One run of the workshop. */
    private final class Work {
        private final TrialModel model;
        private final long seed;
        private final Progress progress;
        private int done;

        Work(TrialModel model, long seed, Progress progress) {
            this.model = model;
            this.seed = seed;
            this.progress = progress;
        }

        void write(Path directory, Pool pool) throws IOException {
            try (LabelledUpdateWriter writer = LabelledUpdateWriter.create(directory, model.lora())) {
                List<LoraAdapter> moved = new ArrayList<>(federation(pool, 0));
                moved.addAll(federation(pool, 1));
                for (UpdateSource source : UpdateSource.values()) {
                    write(writer, pool, source, moved);
                }
            }
        }

        private void write(LabelledUpdateWriter writer, Pool pool, UpdateSource source, List<LoraAdapter> moved)
                throws IOException {
            UpdateOrigin origin = new UpdateOrigin(
                    source.harmful(), source.key(), training.learningRate(), training.steps(), training.batchSize());
            for (int turn = 0; turn < count(source, pool); turn++) {
                LoraAdapter base =
                        turn % 2 == 0 ? model.initial(LocalTraining.LORA_SEED) : moved.get(turn / 2 % moved.size());
                String client = pool.key() + " " + source.key() + " " + turn;
                writer.add(base, train(base, rows(pool, source, turn, client), client, 1), origin);
            }
        }

        /** Plays a federation and returns its adapters after each round. */
        private List<LoraAdapter> federation(Pool pool, int hostile) {
            List<TokenizedDataset> data = new ArrayList<>();
            for (int client = 0; client < plan.clients(); client++) {
                UpdateSource source = client < hostile ? UpdateSource.COMPLIANT : UpdateSource.ALL_TASKS;
                data.add(rows(pool, source, client, "federation " + hostile + " " + client));
            }
            LoraAdapter global = model.initial(LocalTraining.LORA_SEED);
            List<LoraAdapter> adapters = new ArrayList<>();
            for (int round = 1; round <= plan.rounds(); round++) {
                double[] sum = new double[global.layout().size()];
                for (int client = 0; client < plan.clients(); client++) {
                    LoraAdapter trained = train(global, data.get(client), hostile + " " + client, round);
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += trained.at(i);
                    }
                }
                float[] mean = new float[sum.length];
                for (int i = 0; i < mean.length; i++) {
                    mean[i] = (float) (sum[i] / plan.clients());
                }
                global = LoraAdapter.wrap(global.layout(), mean);
                adapters.add(global);
            }
            return adapters;
        }

        private TokenizedDataset rows(Pool pool, UpdateSource source, int turn, String client) {
            RowMix mix = new RowMix(corpus, pool, RowSeeds.derive(seed, 0, client));
            return model.tokenized(source.rows(mix, ROWS_OF_A_CLIENT, turn));
        }

        private LoraAdapter train(LoraAdapter base, TokenizedDataset rows, String client, int round) {
            TrainingPlan steps = TrainingPlan.of(
                    training.steps(),
                    training.batchSize(),
                    training.learningRate(),
                    RowSeeds.derive(seed, round, client));
            LoraAdapter trained =
                    model.trainer().train(base, rows, steps, StepListener.NONE).adapter();
            done++;
            progress.trained(done, total());
            return trained;
        }
    }
}
