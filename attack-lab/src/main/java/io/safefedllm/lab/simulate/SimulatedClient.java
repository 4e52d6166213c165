package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.exchange.LoraClientApp;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.client.train.StepListener;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;

/**
 * A client of a simulation: the product's own client app with rows of the corpus, watched from outside. Confined to the
 * thread of the federation.
 */
final class SimulatedClient implements ClientApp {
    private static final String SHADOW = "safe-fedllm.shadow";
    private static final String SERVER_ROUND = "server-round";

    private final int number;
    private final TrialModel model;
    private final TokenizedDataset rows;
    private final TrainingMemo memo;
    private final ArmWatch watch;
    private final LoraClientApp app;
    private boolean shadow;
    private int round;

    SimulatedClient(
            int number,
            TrialModel model,
            TokenizedDataset rows,
            LocalTraining training,
            TrainingMemo memo,
            ArmWatch watch) {
        this.number = number;
        this.model = model;
        this.rows = rows;
        this.memo = memo;
        this.watch = watch;
        ClientRecipe recipe = ClientRecipe.DEFAULTS
                .withSteps(training.steps(), training.batchSize())
                .withConstantRate(training.learningRate());
        this.app = new LoraClientApp(this::train, model.layout(), rows.size(), recipe, ReplyNames.DEFAULTS);
    }

    @Override
    public RecordDict handle(Message message, ClientContext context) throws Exception {
        for (ConfigRecord config : message.content().configRecords().values()) {
            shadow = config.flag(SHADOW).orElse(false);
            round = (int) config.integer(SERVER_ROUND).orElse(1);
        }
        return app.handle(message, context);
    }

    private TrainingResult train(LoraAdapter from, TrainingPlan plan) {
        TrainingMemo.Key key = new TrainingMemo.Key(number, plan, from.sha256());
        TrainingMemo.Entry entry = memo.get(key, () -> model.trainer().train(from, rows, plan, StepListener.NONE));
        watch.trained(entry, shadow);
        if (!shadow) {
            watch.replied(round, number, from, entry.result().adapter());
        }
        return entry.result();
    }
}
