package io.safefedllm.lab.simulate;

import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.lab.attack.HonestKnowledge;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Attackers who know every honest update of the round: the strongest assumption of the literature. Nobody is charged for what they look
 * at; honest clients would train it anyway.
 */
final class Omniscience implements HonestKnowledge {
    private final SortedMap<Integer, ClientApp> honest;

    /**
     * Makes the knowledge.
     *
     * @param honest a client for each honest number, which charges nobody
     */
    Omniscience(SortedMap<Integer, ClientApp> honest) {
        this.honest = honest;
    }

    @Override
    public List<LoraUpdate> updates(Message message, ClientContext context, LoraAdapter global) throws Exception {
        List<LoraUpdate> updates = new ArrayList<>();
        for (Map.Entry<Integer, ClientApp> client : honest.entrySet()) {
            RecordDict reply = client.getValue().handle(message, new Guise(context, client.getKey()));
            updates.add(LoraUpdate.between(global, AdapterRecords.only(reply, global.layout())));
        }
        return updates;
    }

    /** The context of another client; what it remembers is not kept. */
    private static final class Guise implements ClientContext {
        private final ClientContext own;
        private final int client;
        private RecordDict state = RecordDict.empty();

        Guise(ClientContext own, int client) {
            this.own = own;
            this.client = client;
        }

        @Override
        public long runId() {
            return own.runId();
        }

        @Override
        public long nodeId() {
            return ArmRecorder.nodeId(client);
        }

        @Override
        public Map<String, Object> nodeConfig() {
            return ArmRunner.nodeConfig(client);
        }

        @Override
        public Map<String, Object> runConfig() {
            return own.runConfig();
        }

        @Override
        public RecordDict state() {
            return state;
        }

        @Override
        public void state(RecordDict kept) {
            state = kept;
        }
    }
}
