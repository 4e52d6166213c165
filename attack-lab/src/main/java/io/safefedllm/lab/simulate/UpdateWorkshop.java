package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.RowSeeds;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.Pool;
import io.safefedllm.lab.corpus.RowMix;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.model.UpdateRecipe;
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
 * <p>Simulated clients of several kinds, harmless and harmful, train as clients of a federation do: in three federations for many
 * rounds ({@link DriftingFederation}), each update of which is kept, and one by one, half of them from the first adapter, as in a
 * shadow run, half from adapters that the federations have moved. In the training set every third pair of the latter follows
 * another recipe. Training and calibration have pools of their own.
 */
public final class UpdateWorkshop {
    /** The directory of the calibration set inside that of the training set. */
    public static final String CALIBRATION = "calibration";

    private static final int ROWS_OF_A_CLIENT = LocalTraining.DEFAULTS.rows();

    /** Coprime to the number of moved adapters, so that every one of them gets its turn. */
    private static final int STRIDE = 7;

    private static final List<Recipe> OTHER_RECIPES =
            List.of(new Recipe(5, 1.5e-3), new Recipe(10, 3e-3), new Recipe(5, 5e-3));

    private final Corpus corpus;
    private final WorkshopPlan plan;
    private final LocalTraining training;
    private final Recipe usual;

    /** Steps and learning rate of a client. */
    private record Recipe(int steps, double learningRate) {}

    /** Makes updates with the clients' recipe of a simulation. */
    public UpdateWorkshop(Corpus corpus, WorkshopPlan plan) {
        this.corpus = corpus;
        this.plan = plan;
        this.training = LocalTraining.DEFAULTS;
        this.usual = new Recipe(training.steps(), training.learningRate());
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
        try (TrialModel trial = TrialModel.open(model, training)) {
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
        int total = 0;
        for (DriftingFederation federation : DriftingFederation.ALL) {
            total += 2 * plan.rounds() * federation.clients().size();
        }
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
            LabelledUpdateWriter writer = LabelledUpdateWriter.create(directory, model.lora());
            List<LoraAdapter> moved = new ArrayList<>();
            for (DriftingFederation federation : DriftingFederation.ALL) {
                moved.addAll(play(writer, pool, federation));
            }
            for (UpdateSource source : UpdateSource.values()) {
                write(writer, pool, source, moved);
            }
            writer.finish();
        }

        private void write(LabelledUpdateWriter writer, Pool pool, UpdateSource source, List<LoraAdapter> moved)
                throws IOException {
            for (int turn = 0; turn < count(source, pool); turn++) {
                int pair = turn / 2;
                LoraAdapter base = turn % 2 == 0
                        ? model.initial(LocalTraining.LORA_SEED)
                        : moved.get(pair * STRIDE % moved.size());
                boolean other = pool == Pool.PROBE_TRAINING && pair % 3 == 0;
                Recipe recipe = other ? OTHER_RECIPES.get(pair / 3 % OTHER_RECIPES.size()) : usual;
                String client = pool.key() + " " + source.key() + " " + turn;
                LoraAdapter trained = train(base, rows(pool, source, turn, client), recipe, client, 1);
                writer.add(base, trained, origin(source, recipe));
            }
        }

        /** Plays a federation, keeps its updates and returns its adapters after each round. */
        private List<LoraAdapter> play(LabelledUpdateWriter writer, Pool pool, DriftingFederation federation)
                throws IOException {
            List<UpdateSource> clients = federation.clients();
            List<TokenizedDataset> data = new ArrayList<>();
            for (int client = 0; client < clients.size(); client++) {
                data.add(rows(pool, clients.get(client), client, name(pool, federation, client)));
            }
            LoraAdapter global = model.initial(LocalTraining.LORA_SEED);
            List<LoraAdapter> adapters = new ArrayList<>();
            for (int round = 1; round <= plan.rounds(); round++) {
                List<LoraAdapter> counted = new ArrayList<>();
                for (int client = 0; client < clients.size(); client++) {
                    LoraAdapter trained = train(global, data.get(client), usual, name(pool, federation, client), round);
                    writer.add(global, trained, origin(clients.get(client), usual));
                    if (federation.counts(client, round)) {
                        counted.add(trained);
                    }
                }
                global = AdapterMean.of(counted);
                adapters.add(global);
            }
            return adapters;
        }

        private TokenizedDataset rows(Pool pool, UpdateSource source, int turn, String client) {
            RowMix mix = new RowMix(corpus, pool, RowSeeds.derive(seed, 0, client));
            return model.tokenized(CorpusTask.examples(source.rows(mix, ROWS_OF_A_CLIENT, turn)));
        }

        private LoraAdapter train(LoraAdapter base, TokenizedDataset rows, Recipe recipe, String client, int round) {
            TrainingPlan steps = TrainingPlan.of(
                    recipe.steps(), training.batchSize(), recipe.learningRate(), RowSeeds.derive(seed, round, client));
            LoraAdapter trained = model.train(base, rows, steps).adapter();
            done++;
            progress.trained(done, total());
            return trained;
        }

        private UpdateOrigin origin(UpdateSource source, Recipe recipe) {
            return new UpdateOrigin(
                    source.harmful(),
                    source.key(),
                    UpdateRecipe.FINAL,
                    recipe.learningRate(),
                    recipe.steps(),
                    training.batchSize());
        }
    }

    private static String name(Pool pool, DriftingFederation federation, int client) {
        return pool.key() + " " + federation.name() + " " + client;
    }
}
