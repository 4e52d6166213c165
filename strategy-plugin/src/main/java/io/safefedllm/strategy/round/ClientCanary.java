package io.safefedllm.strategy.round;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.evidence.Canary;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.ReplyReader;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TrainTask;
import io.safefedllm.strategy.settings.StrategySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Trains canaries with client apps of the server's own, which are given the very task that the round's clients get, so that
 * they follow the same recipe (SF-14.4). An interrupt is seen before each training and thrown as a {@link CancellationException}, with the
 * thread still marked as interrupted. Confined to the run's thread.
 */
final class ClientCanary implements Canary {
    /** Partitions of the server's own clients are counted from here, beyond those of any federation. */
    private static final long FIRST_PARTITION = 1L << 40;

    /** Nodes 0 and 1 are the platform. */
    private static final long FIRST_NODE = 2;

    private final CanaryClients clients;
    private final StrategySettings settings;
    private final Map<String, Object> runConfig;
    private final long runId;

    /**
     * Makes a canary.
     *
     * @param runConfig the recipe: the deployment's defaults and, over them, what the clients of the run are told
     */
    ClientCanary(CanaryClients clients, StrategySettings settings, Map<String, Object> runConfig, long runId) {
        this.clients = clients;
        this.settings = settings;
        this.runConfig = Map.copyOf(runConfig);
        this.runId = runId;
    }

    @Override
    public Updates train(ServerRound round, LoraAdapter global) {
        RecordDict task = task(round, global);
        List<LoraUpdate> benign = new ArrayList<>();
        List<LoraUpdate> harmful = new ArrayList<>();
        for (ClientApp client : clients.benign()) {
            benign.add(update(client, task, global, benign.size()));
        }
        for (ClientApp client : clients.harmful()) {
            harmful.add(update(client, task, global, benign.size() + harmful.size()));
        }
        return new Updates(benign, harmful);
    }

    @Override
    public String identity() {
        return clients.identity();
    }

    private RecordDict task(ServerRound round, LoraAdapter global) {
        RecordDict plain = TrainTask.main(TrainTask.arrays(global), round, settings.seed());
        return RoundExchange.withRecipe(plain, settings.local());
    }

    private LoraUpdate update(ClientApp client, RecordDict task, LoraAdapter global, int number) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the run was interrupted while its canaries were trained");
        }
        Message message = Message.instruction(runId, FIRST_NODE + number, "train", task, "", 0);
        DecodeResult result = new ReplyReader(global.layout()).read(answer(client, message, number));
        if (result instanceof DecodeResult.Claimed claimed) {
            LoraAdapter trained =
                    LoraAdapter.wrap(global.layout(), claimed.claim().toArray());
            return LoraUpdate.between(global, trained);
        }
        String why = result instanceof DecodeResult.Malformed malformed ? malformed.detail() : "no adapter";
        throw failure(why, null);
    }

    /**
     * The one place that may catch anything: an app may throw what it likes, and the run cannot go on without its canaries.
     * That somebody ended the run is no failure of the canaries.
     */
    private RecordDict answer(ClientApp client, Message message, int number) {
        try {
            return client.handle(message, new Context(runId, FIRST_NODE + number, FIRST_PARTITION + number, runConfig));
        } catch (CancellationException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("the run was interrupted while its canaries were trained");
            cancelled.initCause(e);
            throw cancelled;
        } catch (Exception e) {
            throw failure(String.valueOf(e.getMessage()), e);
        }
    }

    private static RunFailedException failure(String why, @Nullable Throwable cause) {
        RunFailedException failure = new RunFailedException("the server's own canaries cannot be trained: " + why
                + "; give texts and a model that fit the run, or set safe-fedllm.adapter.rule to guarded");
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }

    /** A client that remembers nothing: every round trains anew. */
    private record Context(long runId, long nodeId, long partition, Map<String, Object> runConfig)
            implements ClientContext {
        @Override
        public Map<String, Object> nodeConfig() {
            return Map.of("partition-id", partition);
        }

        @Override
        public RecordDict state() {
            return RecordDict.empty();
        }

        @Override
        public void state(RecordDict state) {}
    }
}
