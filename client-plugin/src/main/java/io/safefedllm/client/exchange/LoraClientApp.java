package io.safefedllm.client.exchange;

import io.safefedllm.client.data.RowSeeds;
import io.safefedllm.client.train.LocalAlgorithm;
import io.safefedllm.client.train.TrainingPlan;
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
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A client that trains LoRA adapters: the JVM's counterpart of a FlowerTune client.
 *
 * <p>Train messages hold one array record, the adapter to start from, and {@code server-round} in a config record. The reply holds the
 * trained adapter under the same names, the mean loss, and the number of examples. Which rows it trains on depends on the run's seed, the
 * round and the client alone; a message with {@code safe-fedllm.round} is a shadow task and takes the rows of that round. Messages of
 * other types, and adapters with other names or shapes than the model's, are refused with an exception that says what is wrong.
 *
 * <p>How it trains is the node's recipe, as far as the run does not decide it (FlowerTune's settings, or {@code safe-fedllm.local.*}).
 * On request, and only then, it adds step evidence (SF-13.1 {@code report}), pulls towards the given adapter (FedProx, BL-2) or
 * follows the federation's control variates (SCAFFOLD, BL-7); docs/WIRE.md has the records.
 */
public final class LoraClientApp implements ClientApp {
    /** The key of the run's seed in train messages and run configs. */
    public static final String SEED = RunKey.SEED.key();

    private static final String TRAIN = "train";
    private static final String SERVER_ROUND = "server-round";
    private static final String OUR_PREFIX = "safe-fedllm.";
    private static final String SHADOW = "safe-fedllm.shadow";
    private static final String SHADOW_ROUND = "safe-fedllm.round";
    private static final String LEARNING_RATE = "safe-fedllm.learning-rate";
    private static final String FEDPROX_MU = "safe-fedllm.fedprox-mu";
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
        return train(from, message.content(), context);
    }

    private RecordDict train(LoraAdapter from, RecordDict content, ClientContext context) {
        ConfigRecord config = config(content);
        ClientRecipe own = recipe.in(context.runConfig());
        boolean shadow = config.flag(SHADOW).orElse(false);
        TrainingPlan plan = plan(own, config, context).withRecorded(EvidenceRecords.asked(config, from.layout()));
        Optional<ScaffoldRecords> scaffold =
                ScaffoldRecords.read(content, from.layout(), config.integer(SERVER_ROUND), context.state());
        if (scaffold.isPresent()) {
            requirePlainMain(shadow, plan);
            plan = plan.withAlgorithm(new LocalAlgorithm.Scaffold(scaffold.get().drift()));
        }
        TrainingResult result = trainer.train(from, plan);
        Map<String, FlowerRecord> records = reply(result, from.layout(), own);
        if (!plan.recorded().isEmpty()) {
            records.put(EvidenceRecords.EVIDENCE, EvidenceRecords.record(config, from, plan, result, shadow));
        }
        if (scaffold.isPresent()) {
            ScaffoldRecords.Outcome outcome = scaffold.get().finish(from, result.adapter(), plan);
            records.put(ScaffoldRecords.SCAFFOLD, outcome.reply());
            context.state(outcome.remember(context.state()));
        }
        return RecordDict.of(records);
    }

    private TrainingPlan plan(ClientRecipe own, ConfigRecord config, ClientContext context) {
        long round = config.integer(SERVER_ROUND).orElse(1);
        long rowsOf = config.integer(SHADOW_ROUND).orElse(round);
        double rate = config.number(LEARNING_RATE).orElseGet(() -> rate(own, round, context));
        long rowSeed = RowSeeds.derive(seed(config, context), rowsOf, client(context));
        TrainingPlan plan = own.plan(rate, rowSeed);
        OptionalDouble mu = config.number(FEDPROX_MU);
        return mu.isPresent() ? plan.withAlgorithm(new LocalAlgorithm.FedProx(mu.getAsDouble())) : plan;
    }

    private static void requirePlainMain(boolean shadow, TrainingPlan plan) {
        if (shadow || !plan.algorithm().equals(LocalAlgorithm.PLAIN)) {
            throw new IllegalArgumentException(
                    "a task with '" + ScaffoldRecords.SCAFFOLD + "' must be neither a shadow task"
                            + " nor one of FedProx; send the record without '" + (shadow ? SHADOW : FEDPROX_MU) + "'");
        }
    }

    /** Flower's own config record; ours beside it carry their own names. */
    private static ConfigRecord config(RecordDict content) {
        return content.configRecords().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(OUR_PREFIX))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> ConfigRecord.builder().build());
    }

    private static double rate(ClientRecipe own, long round, ClientContext context) {
        if (!own.rateFalls()) {
            return own.rate().max();
        }
        Optional<Object> total = new RunValues(context.runConfig()).value(RunKey.TOTAL_ROUNDS);
        if (total.isPresent() && total.get() instanceof Long rounds) {
            return own.rate().at(round, rounds);
        }
        throw new IllegalArgumentException(
                "the learning rate falls over the rounds, so the run config must have a whole number "
                        + RunKey.TOTAL_ROUNDS + " but had " + total.orElse("none"));
    }

    private long seed(ConfigRecord config, ClientContext context) {
        Optional<Object> given = new RunValues(context.runConfig()).value(RunKey.SEED);
        long fallback = given.isPresent() && given.get() instanceof Long seed ? seed : recipe.seed();
        return config.integer(SEED).orElse(fallback);
    }

    private static String client(ClientContext context) {
        Object partition = context.nodeConfig().get(PARTITION);
        return partition == null ? Long.toUnsignedString(context.nodeId()) : partition.toString();
    }

    private Map<String, FlowerRecord> reply(TrainingResult result, AdapterLayout order, ClientRecipe own) {
        MetricRecord metrics = MetricRecord.builder()
                .put(names.trainLoss(), result.meanLoss())
                .put(names.numExamples(), Math.min(rows, own.examples()))
                .build();
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put(names.arrays(), AdapterRecords.record(result.adapter().arrangedAs(order)));
        records.put(names.metrics(), metrics);
        return records;
    }
}
