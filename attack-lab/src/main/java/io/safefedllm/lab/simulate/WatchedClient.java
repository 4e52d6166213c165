package io.safefedllm.lab.simulate;

import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;

/** Shows the plot what a client, hostile or not, sends. */
record WatchedClient(int number, ClientApp app, ArmWatch watch) implements ClientApp {
    @Override
    public RecordDict handle(Message message, ClientContext context) throws Exception {
        RecordDict reply = app.handle(message, context);
        if (!SimulatedClient.isShadow(message)) {
            LoraAdapter from = AdapterRecords.only(message.content());
            LoraAdapter to = AdapterRecords.only(reply, from.layout());
            if (to.isFinite()) {
                watch.replied(SimulatedClient.round(message), number, from, to);
            }
        }
        return reply;
    }
}
