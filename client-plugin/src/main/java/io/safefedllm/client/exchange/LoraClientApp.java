package io.safefedllm.client.exchange;

import io.safefedllm.client.data.RowSeeds;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A client that trains LoRA adapters: the JVM's counterpart of a FlowerTune client.
 *
 * <p>Train messages hold one array record, the adapter to start from, and {@code server-round} in a config record. The reply holds the
 * trained adapter under the same names, the mean loss, and the number of examples. Which rows it trains on depends on the run's seed, the
 * round and the client alone; a message with {@code safe-fedllm.round} is a shadow task and takes the rows of that round. Messages of
 * other types, and adapters with other names or shapes than the model's, are refused with an exception that says what is wrong.
 */
public final class LoraClientApp implements ClientApp {
    private static final String TRAIN = "train";
    private static final String SERVER_ROUND = "server-round";
    private static final String SHADOW_ROUND = "safe-fedllm.round";
    private static final String SHADOW_RATE = "safe-fedllm.learning-rate";
    private static final String SEED = "safe-fedllm.seed";
    private static final String TOTAL_ROUNDS = "num-server-rounds";
    private static final String PARTITION = "partition-id";

    private final LocalTrainer trainer;
    private final AdapterLayout layout;
    private final long rows;
    private final ClientRecipe recipe;
    private final ReplyNames names;

    /**
     * Makes a client.
     *
     * @param trainer trains on the client's rows
     * @param layout names and shapes of the model's adapters, in any order
     * @param rows how many rows the client holds
     */
    public LoraClientApp(LocalTrainer trainer, AdapterLayout layout, long rows, ClientRecipe recipe, ReplyNames names) {
        this.trainer = trainer;
        this.layout = layout;
        this.rows = rows;
        this.recipe = recipe;
        this.names = names;
    }

    @Override
    public RecordDict handle(Message message, ClientContext context) throws FormatException {
        String type = message.metadata().messageType();
        if (!type.equals(TRAIN) && !type.startsWith(TRAIN + ".")) {
            throw new IllegalArgumentException(
                    "this node only trains, it has no answer to messages of type '" + type + "'");
        }
        Map<String, ArrayRecord> arrays = message.content().arrayRecords();
        if (arrays.size() != 1) {
            throw new IllegalArgumentException("a train message must hold one array record but held " + arrays.size());
        }
        LoraAdapter from = AdapterRecords.adapter(arrays.values().iterator().next(), layout);
        ConfigRecord config = config(message);
        long round = config.integer(SERVER_ROUND).orElse(1);
        long rowsOf = config.integer(SHADOW_ROUND).orElse(round);
        double rate = config.number(SHADOW_RATE).orElseGet(() -> rate(round, context));
        long rowSeed = RowSeeds.derive(seed(config, context), rowsOf, client(context));
        return reply(trainer.train(from, recipe.plan(rate, rowSeed)), from.layout());
    }

    private static ConfigRecord config(Message message) {
        return message.content().configRecords().values().stream().findFirst().orElseGet(() -> ConfigRecord.builder()
                .build());
    }

    private double rate(long round, ClientContext context) {
        if (!recipe.rateFalls()) {
            return recipe.rate().max();
        }
        if (context.runConfig().get(TOTAL_ROUNDS) instanceof Long total) {
            return recipe.rate().at(round, total);
        }
        throw new IllegalArgumentException(
                "the learning rate falls over the rounds, so the run config must have a whole" + " number "
                        + TOTAL_ROUNDS + " but had " + context.runConfig().get(TOTAL_ROUNDS));
    }

    private long seed(ConfigRecord config, ClientContext context) {
        long fallback = context.runConfig().get(SEED) instanceof Long seed ? seed : recipe.seed();
        return config.integer(SEED).orElse(fallback);
    }

    private static String client(ClientContext context) {
        Object partition = context.nodeConfig().get(PARTITION);
        return partition == null ? Long.toUnsignedString(context.nodeId()) : partition.toString();
    }

    private RecordDict reply(TrainingResult result, AdapterLayout order) {
        MetricRecord metrics = MetricRecord.builder()
                .put(names.trainLoss(), result.meanLoss())
                .put(names.numExamples(), Math.min(rows, recipe.examples()))
                .build();
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put(names.arrays(), AdapterRecords.record(result.adapter().arrangedAs(order)));
        records.put(names.metrics(), metrics);
        return RecordDict.of(records);
    }
}
