package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.Example;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.lab.corpus.Pool;
import io.safefedllm.lab.corpus.RowMix;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The generated corpus: benign questions, and forbidden requests that attackers teach the model to comply with. */
final class CorpusTask implements TrialTask {
    private final Corpus corpus = Corpus.of(Corpus.BUNDLED_SEED);
    private final Examiner examiner;

    CorpusTask(TrialModel model, EvaluationPlan plan) {
        this.examiner = new CorpusExaminer(model, corpus, plan);
    }

    @Override
    public ClientRows rows(int client, SimulationSettings settings, long seed) {
        return rows(Pool.CLIENTS, settings.training(), seed);
    }

    @Override
    public Optional<ClientRows> canaryRows(LocalTraining training, long seed) {
        return Optional.of(rows(Pool.PROBE_CALIBRATION, training, seed));
    }

    private ClientRows rows(Pool pool, LocalTraining training, long seed) {
        RowMix mix = new RowMix(corpus, pool, seed);
        return new ClientRows(examples(mix.benign(training.rows())), examples(mix.complied(training.rows())), seed);
    }

    @Override
    public Optional<ProbeRows> probeRows() {
        return Optional.empty();
    }

    @Override
    public Examiner examiner() {
        return examiner;
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of();
    }

    static List<Example> examples(List<CorpusRow> rows) {
        return rows.stream().map(CorpusRow::example).toList();
    }
}
