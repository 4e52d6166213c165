package io.safefedllm.lab.attack;

import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.client.exchange.LoraClientApp;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What attackers know of the updates of honest clients (AT-3 to AT-10). */
@FunctionalInterface
public interface HonestKnowledge {
    /**
     * Returns the updates that honest clients make of {@code message}, in ascending order of their ids, at least one.
     *
     * @param global the adapter that the message holds
     */
    List<LoraUpdate> updates(Message message, ClientContext context, LoraAdapter global) throws Exception;

    /**
     * Returns the knowledge of an attacker who sees nobody else: benign runs of its own client on rows drawn with other seeds.
     *
     * @param honest a client that trains on benign rows and takes {@code safe-fedllm.seed} from the message
     * @param runs how many, at least 1
     */
    static HonestKnowledge ownRuns(ClientApp honest, int runs) {
        return (message, context, global) -> {
            List<LoraUpdate> updates = new ArrayList<>();
            for (int run = 0; run < runs; run++) {
                RecordDict reply = honest.handle(reseeded(message, run), context);
                updates.add(LoraUpdate.between(global, AdapterRecords.only(reply, global.layout())));
            }
            return updates;
        };
    }

    private static Message reseeded(Message message, int run) {
        Map<String, FlowerRecord> records =
                new LinkedHashMap<>(message.content().records());
        message.content().configRecords().forEach((key, config) -> {
            Map<String, Object> values = new LinkedHashMap<>(config.values());
            long seed = config.integer(LoraClientApp.SEED).orElse(0);
            values.put(LoraClientApp.SEED, seed + run);
            records.put(key, ConfigRecord.of(values));
        });
        return Message.of(message.metadata(), RecordDict.of(records));
    }
}
