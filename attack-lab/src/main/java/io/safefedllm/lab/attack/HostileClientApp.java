package io.safefedllm.lab.attack;

import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;

/**
 * Turns a client app into an attacker (AT-1 to AT-21): train messages are answered by the attack, all others by the honest client. One node's calls never
 * overlap; what is remembered belongs to one run and is forgotten when the next begins.
 */
public final class HostileClientApp implements ClientApp {
    private static final String TRAIN = "train";

    private final Attack attack;
    private final HostileNode node;
    private HostileMemory memory = new HostileMemory();
    private long run;

    /**
     * Makes an attacker.
     *
     * @throws IllegalArgumentException if the attack must know what the node does not, or the node's rows do not fit it; the message
     *     says what to give
     */
    public HostileClientApp(Attack attack, HostileNode node) {
        attack.check(node.facts());
        attack.rehearse(node.poisoner());
        this.attack = attack;
        this.node = node;
    }

    @Override
    public RecordDict handle(Message message, ClientContext context) throws Exception {
        String type = message.metadata().messageType();
        if (!type.equals(TRAIN) && !type.startsWith(TRAIN + ".")) {
            return node.honest().handle(message, context);
        }
        if (run != context.runId()) {
            run = context.runId();
            memory = new HostileMemory();
        }
        LoraAdapter global = AdapterRecords.only(message.content());
        HostileTurn turn = new HostileTurn(node, memory, message, context, global);
        memory.begins(turn.round(), turn.shadow() ? null : global);
        if (!turn.shadow() && attack.strikes(turn)) {
            node.watch().struck(turn.round());
        }
        RecordDict reply = attack.answer(turn);
        if (!turn.shadow()) {
            memory.answered(turn.round(), reply, turn.updateOf(reply));
        }
        return reply;
    }
}
