package io.safefedllm.strategy.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ControlExchangeTest {
    private static final AdapterLayout LAYOUT = AdapterLayout.of(List.of(
            new TensorSpec("x.lora_A.weight", List.of(1, 2)), new TensorSpec("x.lora_B.weight", List.of(1, 1))));
    private static final ServerRound ROUND = new ServerRound(4);

    private final ControlExchange exchange = new ControlExchange(LAYOUT);

    @Test
    void task_anyControl_isFloat32InTheAdaptersOrder() {
        ConfigRecord task = exchange.task(exchange.encode(new double[] {1, -2, 0.5}), 3);

        assertThat(task.texts("keys")).hasValue(List.of("x.lora_A.weight", "x.lora_B.weight"));
        assertThat(task.bytes("c")).hasValue(floats(1, -2, 0.5f));
        assertThat(task.integer("accepted-round")).hasValue(3);
        assertThat(task.integer("version")).hasValue(1);
        assertThatIllegalArgumentException().isThrownBy(() -> exchange.encode(new double[2]));
    }

    @Test
    void change_goodReply_isInTheAdaptersOrder() {
        RecordDict reply = reply(record -> record.put("keys", List.of("x.lora_B.weight", "x.lora_A.weight")));

        assertThat(exchange.change(reply, ROUND)).contains(LoraUpdate.copyOf(LAYOUT, new float[] {2, 3, 1}));
    }

    @Test
    void change_anythingElse_isNothing() {
        assertThat(exchange.change(RecordDict.empty(), ROUND)).isEmpty();
        assertThat(exchange.change(reply(record -> record), new ServerRound(5))).isEmpty();
        assertRefused(record -> record.put("version", 2));
        assertRefused(record -> record.put("round", "4"));
        assertRefused(record -> record.put("keys", List.of("x.lora_A.weight")));
        assertRefused(record -> record.put("keys", List.of("x.lora_A.weight", "x.lora_A.weight")));
        assertRefused(record -> record.put("keys", List.of("x.lora_A.weight", "y")));
        assertRefused(record -> record.put("keys", 3));
        assertRefused(record -> record.put("dc", floats(1, 2)));
        assertRefused(record -> record.put("dc", floats(1, 2, 3, 4)));
        assertRefused(record -> record.put("dc", Bytes.copyOf(new byte[11])));
        assertRefused(record -> record.put("dc", "text"));
        assertRefused(record -> record.put("dc", floats(1, Float.NaN, 3)));
        assertRefused(record -> record.put("dc", floats(1, Float.POSITIVE_INFINITY, 3)));
    }

    private void assertRefused(UnaryOperator<ConfigRecord.Builder> spoiled) {
        assertThat(exchange.change(reply(spoiled), ROUND)).isEmpty();
    }

    private static RecordDict reply(UnaryOperator<ConfigRecord.Builder> change) {
        ConfigRecord.Builder record = ConfigRecord.builder()
                .put("version", 1)
                .put("keys", List.of("x.lora_A.weight", "x.lora_B.weight"))
                .put("dc", floats(1, 2, 3))
                .put("round", 4);
        return RecordDict.of(Map.of("safe-fedllm.scaffold", change.apply(record).build()));
    }

    private static Bytes floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Bytes.copyOf(bytes.array());
    }
}
