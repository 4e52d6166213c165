package io.safefedllm.it;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Runs that need one node and no probe, and the apps of such a node. */
final class OneNode {

    private OneNode() {}

    /** Options of {@code serve} for such runs, the given ones first. */
    static String[] options(Path directory, String... first) throws IOException {
        Path adapter = directory.resolve("adapter");
        List<String> options = new ArrayList<>(List.of(first));
        options.addAll(List.of(
                "--initial-adapter",
                (Files.exists(adapter) ? adapter : SmallAdapter.write(adapter)).toString(),
                "--set",
                "safe-fedllm.level=none",
                "--set",
                "strategy.min-available-nodes=1",
                "--set",
                "strategy.min-train-nodes=1"));
        return options.toArray(new String[0]);
    }

    /** Adds one to every element. */
    static ClientApp addsOne() {
        return (message, context) -> addOne(message.content());
    }

    /** Adds one to every element, in the given round only when it is released. */
    static ClientApp heldInRound(int round, CountDownLatch held, CountDownLatch released) {
        return heldInRound(round, held, released, addsOne());
    }

    /** Answers as another app does, in the given round only when it is released. */
    static ClientApp heldInRound(int round, CountDownLatch held, CountDownLatch released, ClientApp app) {
        return (message, context) -> {
            boolean now = message.content().configRecords().values().stream()
                    .anyMatch(config -> config.integer("server-round").orElse(0) == round);
            if (now) {
                held.countDown();
                released.await();
            }
            return app.handle(message, context);
        };
    }

    private static RecordDict addOne(RecordDict content) throws FormatException {
        Map<String, Array> trained = new LinkedHashMap<>();
        for (ArrayRecord record : content.arrayRecords().values()) {
            for (Map.Entry<String, Array> array : record.arrays().entrySet()) {
                float[] values = array.getValue().toFloat32();
                for (int i = 0; i < values.length; i++) {
                    values[i] += 1f;
                }
                trained.put(array.getKey(), Array.ofFloat32(array.getValue().shape(), values));
            }
        }
        return RecordDict.of(Map.of(
                "arrays",
                ArrayRecord.of(trained),
                "metrics",
                MetricRecord.builder()
                        .put("train_loss", 0.5)
                        .put("num-examples", 8L)
                        .build()));
    }
}
