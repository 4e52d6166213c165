package io.safefedllm.lab.attack;

import io.safefedllm.client.data.RowSeeds;
import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.lab.formula.HonestRows;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One train message in the hands of an attacker, and everything it may do about it (AT-1 to AT-21). Used while the message is answered, not after. */
public final class HostileTurn {
    private static final String SERVER_ROUND = "server-round";
    private static final String SHADOW = "safe-fedllm.shadow";
    private static final String SHADOW_ROUND = "safe-fedllm.round";

    private final HostileNode node;
    private final HostileMemory memory;
    private final Message message;
    private final ClientContext context;
    private final LoraAdapter global;
    private final boolean shadow;
    private final int round;

    HostileTurn(HostileNode node, HostileMemory memory, Message message, ClientContext context, LoraAdapter global) {
        this.node = node;
        this.memory = memory;
        this.message = message;
        this.context = context;
        this.global = global;
        ConfigRecord config = message.content().configRecords().values().stream()
                .filter(record -> record.values().containsKey(SERVER_ROUND))
                .findFirst()
                .orElseGet(() -> ConfigRecord.builder().build());
        this.shadow = config.flag(SHADOW).orElse(false);
        this.round = Math.toIntExact(
                config.integer(SHADOW_ROUND).orElse(config.integer(SERVER_ROUND).orElse(1)));
    }

    /** Returns the round of the message, from 1. */
    int round() {
        return round;
    }

    /** Returns whether the message asks for a second training as evidence. */
    boolean shadow() {
        return shadow;
    }

    /** Returns how many rounds this client took part in before. */
    int participation() {
        return memory.participation(round);
    }

    FederationFacts facts() {
        return node.facts();
    }

    /** Returns the adapter of the message: G of a main task, L_0 of a shadow task. */
    LoraAdapter global() {
        return global;
    }

    /** Returns the adapter of the latest round before this one in which the client took part. */
    Optional<LoraAdapter> globalBefore() {
        return memory.globalBefore(round);
    }

    /** Returns G of this round if its main task has come. */
    Optional<LoraAdapter> mainGlobal() {
        return memory.globalOf(round);
    }

    Optional<LoraUpdate> sentIn(int earlier) {
        return memory.sentIn(earlier);
    }

    /** Answers as the honest client would. */
    RecordDict benign() throws Exception {
        return node.honest().handle(message, context);
    }

    /** Answers as a client with poisoned rows would. */
    RecordDict poisoned(RowPoisoning poisoning) throws Exception {
        return node.poisoner().poisoned(poisoning).handle(message, context);
    }

    /** Returns what honest clients make of this message, as far as the attackers know. */
    HonestRows honest() throws Exception {
        return node.collusion().once("honest " + key(), HonestRows.class, () -> {
            List<LoraUpdate> updates = node.knowledge().updates(message, context, global);
            return HonestRows.copyOf(updates.stream()
                    .map(update -> widened(update.arrangedAs(global.layout()).toArray()))
                    .toArray(double[][]::new));
        });
    }

    Collusion ring() {
        return node.collusion();
    }

    /** Returns a name of this message that colluders share. */
    String key() {
        return round + (shadow ? " shadow" : " main");
    }

    /** Returns one standard normal draw an element, the same for all attackers of this round. */
    double[] sharedNormals() {
        return normals(new Random(RowSeeds.derive(facts().seed(), round, "ring")));
    }

    /** Returns one standard normal draw an element, another for each attacker. */
    double[] ownNormals() {
        return normals(new Random(RowSeeds.derive(facts().seed(), round, "hostile " + facts().number())));
    }

    private double[] normals(Random dice) {
        double[] normals = new double[global.layout().size()];
        for (int i = 0; i < normals.length; i++) {
            normals[i] = dice.nextGaussian();
        }
        return normals;
    }

    /** Returns what a reply changes of the message's adapter, in its order; zeros for a reply without one. */
    LoraUpdate updateOf(RecordDict reply) throws Exception {
        return LoraUpdate.between(global, AdapterRecords.only(reply, global.layout()));
    }

    LoraUpdate update(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return LoraUpdate.wrap(global.layout(), rounded);
    }

    /** Returns the reply with another adapter, G plus {@code update}; step records, which would contradict it, are left out. */
    RecordDict rewritten(RecordDict reply, LoraUpdate update) {
        return Replies.withAdapter(Replies.withoutEvidence(reply), global.plus(update));
    }

    /** Returns a reply with the adapter G plus {@code update} and the metrics of the last reply, or of a benign one. */
    RecordDict untrained(LoraUpdate update) throws Exception {
        Optional<RecordDict> last = memory.lastReply();
        return rewritten(last.isPresent() ? last.get() : benign(), update);
    }

    RecordDict claiming(RecordDict reply, String examples) {
        return Replies.withExamples(reply, node.names().numExamples(), examples);
    }

    static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
