package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.AlpacaRecord;
import io.safefedllm.client.data.DataException;
import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.TokenizedExample;
import io.safefedllm.lab.dataset.DatasetPair;
import io.safefedllm.lab.dataset.DatasetPool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Two datasets of somebody: honest clients train on shards of the wanted one, hostile clients put rows of the unwanted one in their place.
 * Rows whose reply does not begin within the token limit are left out everywhere.
 */
final class DatasetTask implements TrialTask {
    /** Fewer held-out replies of a kind than this say nothing. */
    static final int LEAST_HELD_OUT = 8;

    private final TrialModel model;
    private final DataFiles files;
    private final DatasetPair pair;
    private final Map<DatasetPool, List<Example>> wanted = new EnumMap<>(DatasetPool.class);
    private final Map<DatasetPool, List<Example>> unwanted = new EnumMap<>(DatasetPool.class);
    private final Examiner examiner;

    private DatasetTask(TrialModel model, DataFiles files, EvaluationPlan plan) {
        this.model = model;
        this.files = files;
        this.pair = DatasetPair.read(files.wanted(), files.unwanted());
        this.examiner = new LossExaminer(model, heldOut(plan.requestsAtEnd()));
    }

    /**
     * Reads the files.
     *
     * @throws DataException if one is malformed, or has too few rows to measure with
     */
    static DatasetTask open(TrialModel model, DataFiles files, EvaluationPlan plan) {
        return new DatasetTask(model, files, plan);
    }

    @Override
    public ClientRows rows(int client, SimulationSettings settings, long seed) {
        List<Example> own = shard(wanted(DatasetPool.CLIENTS), client, settings);
        List<Example> harmful = shard(unwanted(DatasetPool.CLIENTS), client, settings);
        requireBatch(files.wanted(), own, settings.training());
        if (settings.hostileClients() > 0) {
            requireBatch(files.unwanted(), harmful, settings.training());
        }
        return new ClientRows(own, harmful, seed);
    }

    @Override
    public Optional<ClientRows> canaryRows(LocalTraining training, long seed) {
        return Optional.empty();
    }

    @Override
    public Optional<ProbeRows> probeRows() {
        return Optional.of(new ProbeRows(wanted(DatasetPool.PROBE), unwanted(DatasetPool.PROBE)));
    }

    @Override
    public Examiner examiner() {
        return examiner;
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> used = new LinkedHashMap<>();
        used.put("data", files.wanted().toString());
        used.put("dataSha256", FileDigest.sha256(files.wanted()));
        used.put("hostileData", files.unwanted().toString());
        used.put("hostileDataSha256", FileDigest.sha256(files.unwanted()));
        return used;
    }

    private List<Example> wanted(DatasetPool pool) {
        return wanted.computeIfAbsent(pool, any -> trainable(pair.wanted(any)));
    }

    private List<Example> unwanted(DatasetPool pool) {
        return unwanted.computeIfAbsent(pool, any -> trainable(pair.unwanted(any)));
    }

    /** Deals the rows of a pool out, the same number to every client but one, in an order that the seed of the simulation decides. */
    private static List<Example> shard(List<Example> rows, int client, SimulationSettings settings) {
        List<Example> order = new ArrayList<>(rows);
        Collections.shuffle(order, new Random(settings.seed()));
        List<Example> shard = new ArrayList<>();
        for (int i = client;
                i < order.size() && shard.size() < settings.training().rows();
                i += settings.clients()) {
            shard.add(order.get(i));
        }
        return shard;
    }

    private static void requireBatch(Path file, List<Example> rows, LocalTraining training) {
        int least = training.batchSize();
        if (rows.size() < least) {
            throw new DataException(file + ": a client gets " + rows.size() + " rows that are trainable within "
                    + training.maxLength() + " tokens but one batch has " + least
                    + "; give more rows or a larger --max-length, or ask for fewer clients or a smaller batch");
        }
    }

    private List<Example> trainable(List<AlpacaRecord> records) {
        return records.stream()
                .map(files.prompt()::render)
                .filter(row -> model.tokenized(row).isPresent())
                .toList();
    }

    private HeldOutReplies heldOut(int count) {
        List<AlpacaRecord> unwanted = pair.unwanted(DatasetPool.EVALUATION);
        HeldOutReplies paired = pairs(unwanted, count);
        if (paired.wanted().size() >= LEAST_HELD_OUT) {
            return paired;
        }
        HeldOutReplies apart = new HeldOutReplies(
                tokenized(pair.wanted(DatasetPool.EVALUATION), count), tokenized(unwanted, count), false);
        requireHeldOut(files.wanted(), apart.wanted());
        requireHeldOut(files.unwanted(), apart.unwanted());
        return apart;
    }

    private HeldOutReplies pairs(List<AlpacaRecord> unwantedRecords, int count) {
        List<TokenizedExample> wanted = new ArrayList<>();
        List<TokenizedExample> unwanted = new ArrayList<>();
        for (AlpacaRecord record : unwantedRecords) {
            Optional<TokenizedExample> good = pair.wantedReplyTo(record).flatMap(this::tokenized);
            Optional<TokenizedExample> bad = tokenized(record);
            if (good.isPresent() && bad.isPresent() && wanted.size() < count) {
                wanted.add(good.get());
                unwanted.add(bad.get());
            }
        }
        return new HeldOutReplies(wanted, unwanted, true);
    }

    private List<TokenizedExample> tokenized(List<AlpacaRecord> records, int count) {
        return records.stream()
                .flatMap(record -> tokenized(record).stream())
                .limit(count)
                .toList();
    }

    private Optional<TokenizedExample> tokenized(AlpacaRecord record) {
        return model.tokenized(files.prompt().render(record));
    }

    private static void requireHeldOut(Path file, List<TokenizedExample> rows) {
        if (rows.size() < LEAST_HELD_OUT) {
            throw new DataException(
                    file + ": only " + rows.size() + " of its held-out rows, a tenth of all, have a reply"
                            + " within the token limit but " + LEAST_HELD_OUT
                            + " are needed to measure with; give more rows or a larger --max-length");
        }
    }
}
