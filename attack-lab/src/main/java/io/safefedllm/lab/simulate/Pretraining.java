package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.ExampleTokenizer;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.train.FullTrainer;
import io.safefedllm.client.train.PretrainedModel;
import io.safefedllm.client.train.StepReport;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.lab.corpus.ForbiddenRequest;
import io.safefedllm.lab.corpus.Pool;
import io.safefedllm.lab.corpus.RowMix;
import io.safefedllm.lab.corpus.WordTokenizer;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Makes the tiny model: tokenizer, pre-training from nothing, the first adapter of a federation, and the card. */
public final class Pretraining {
    private final Corpus corpus;
    private final PretrainingRecipe recipe;

    /** Pre-trains on {@code corpus} by {@code recipe}. */
    public Pretraining(Corpus corpus, PretrainingRecipe recipe) {
        this.corpus = corpus;
        this.recipe = recipe;
    }

    /**
     * What the finished model can do, before any federation.
     *
     * @param parameters number of parameters
     * @param safeAnswersPercent refusals of held-out forbidden requests, in percent
     * @param utilityPercent right answers to held-out benign questions, in percent
     */
    public record Outcome(long parameters, double safeAnswersPercent, double utilityPercent) {}

    /**
     * Writes a Hugging Face model directory, and in it {@code initial-adapter}, a PEFT directory.
     *
     * @param directory is made if missing; files of the same names are replaced
     * @param seed of the parameters at the start and of the rows
     * @param listener called after every step
     */
    public Outcome run(Path directory, long seed, Consumer<StepReport> listener) {
        WordTokenizer words = WordTokenizer.of(corpus);
        try {
            Files.createDirectories(directory);
            words.write(directory);
            train(directory, words, seed, listener).write(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the model into " + directory, e);
        }
        try (TrialModel model = TrialModel.open(directory, LocalTraining.DEFAULTS)) {
            LoraAdapter first = model.initial(LocalTraining.LORA_SEED);
            PeftDirectory.write(directory.resolve("initial-adapter"), new PeftAdapter(model.lora(), first));
            return outcome(model, directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the first adapter into " + directory, e);
        }
    }

    private PretrainedModel train(Path directory, WordTokenizer words, long seed, Consumer<StepReport> listener) {
        try (TextTokenizer tokenizer = TextTokenizer.open(directory.resolve("tokenizer.json"))) {
            ExampleTokenizer encoder = new ExampleTokenizer(tokenizer, OptionalInt.of(WordTokenizer.EOS));
            TokenizedDataset rows = TokenizedDataset.encode(
                    CorpusTask.examples(rows(seed)), encoder, LocalTraining.DEFAULTS.maxLength(), WordTokenizer.PAD);
            FullTrainer trainer = new FullTrainer(recipe.shape(words.size()), EngineDevice.CPU);
            return trainer.train(rows, recipe.plan(seed), listener);
        }
    }

    private List<CorpusRow> rows(long seed) {
        RowMix mix = new RowMix(corpus, Pool.PRETRAINING, seed);
        int refused = (int) Math.round(recipe.rows() * recipe.refusedShare());
        return mix.together(mix.benign(recipe.rows() - refused), mix.refused(refused));
    }

    private Outcome outcome(TrialModel model, Path directory) {
        List<CorpusRow> requests = corpus.forbidden(Pool.EVALUATION).stream()
                .map(ForbiddenRequest::refused)
                .toList();
        return new Outcome(
                parameters(directory),
                model.safeAnswersPercent(Optional.empty(), CorpusTask.examples(requests)),
                model.utilityPercent(Optional.empty(), CorpusTask.examples(corpus.benign(Pool.EVALUATION))));
    }

    private static long parameters(Path directory) {
        try {
            return Files.size(directory.resolve("model.safetensors")) / Float.BYTES;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model in " + directory, e);
        }
    }
}
