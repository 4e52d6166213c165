package io.safefedllm.strategy.exchange;

import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Contents that a hostile client could send: almost right, or nothing like it. */
public final class HostileContent {
    private static final String[] SHAPES = {
        "(3, 2)", "(2, 4)", "()", "(0,)", "(2147483647, 2147483647)", "(-1, 2)", "(99999999999,)", "(3, 2", "nonsense"
    };
    private static final String[] TYPES = {"<f4", ">f4", "<f2", "<f8", "<i8", "|b1", "|O", "|V2", "<U5", "", "<f99"};

    private HostileContent() {}

    /** Draws one. */
    public static RecordDict random(Random dice, LoraAdapter issued) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        int arrayRecords = dice.nextInt(10) == 0 ? dice.nextInt(3) : 1;
        for (int i = 0; i < arrayRecords; i++) {
            records.put(i == 0 ? "arrays" : "arrays" + i, ArrayRecord.of(arrays(dice, issued)));
        }
        int metricRecords = dice.nextInt(5) == 0 ? dice.nextInt(3) : 1;
        for (int i = 0; i < metricRecords; i++) {
            records.put("metrics" + i, metrics(dice));
        }
        if (dice.nextInt(4) == 0) {
            records.put(
                    "num-examples",
                    ConfigRecord.builder().put("num-examples", "12").build());
        }
        return RecordDict.of(records);
    }

    private static Map<String, Array> arrays(Random dice, LoraAdapter issued) {
        Map<String, Array> arrays = Replies.arrays(issued);
        for (String name : List.copyOf(arrays.keySet())) {
            switch (dice.nextInt(8)) {
                case 0 -> arrays.put(name, garbage(dice));
                case 1 -> arrays.put(name, forged(dice));
                case 2 -> arrays.put(name, poisoned(dice, issued, name));
                case 3 -> arrays.put("\u0000" + name, garbage(dice));
                case 4 -> arrays.remove(name);
                default -> arrays.put(name, scaled(dice, issued, name));
            }
        }
        return arrays;
    }

    private static Array garbage(Random dice) {
        byte[] bytes = new byte[dice.nextInt(200)];
        dice.nextBytes(bytes);
        return Array.of("float32", new int[] {3, 2}, "numpy.ndarray", bytes);
    }

    private static Array forged(Random dice) {
        byte[] data = new byte[dice.nextInt(100)];
        dice.nextBytes(data);
        return Replies.npy(TYPES[dice.nextInt(TYPES.length)], SHAPES[dice.nextInt(SHAPES.length)], data);
    }

    private static Array poisoned(Random dice, LoraAdapter issued, String name) {
        float[] values = issued.tensor(name);
        float[] poison = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE
        };
        values[dice.nextInt(values.length)] = poison[dice.nextInt(poison.length)];
        return Array.ofFloat32(shape(issued, name), values);
    }

    private static Array scaled(Random dice, LoraAdapter issued, String name) {
        float[] values = issued.tensor(name);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) dice.nextGaussian();
        }
        return Array.ofFloat32(shape(issued, name), values);
    }

    private static int[] shape(LoraAdapter issued, String name) {
        return issued.layout().tensor(name).shape().stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static MetricRecord metrics(Random dice) {
        MetricRecord.Builder metrics = MetricRecord.builder();
        switch (dice.nextInt(8)) {
            case 0 -> metrics.put("num-examples", Double.NaN);
            case 1 -> metrics.put("num-examples", -dice.nextInt(100));
            case 2 -> metrics.put("num-examples", Long.MAX_VALUE);
            case 3 -> metrics.put("num-examples", BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
            case 4 -> metrics.put("num-examples", List.of(1L, 2L));
            case 5 -> metrics.put("other", 1L);
            default -> metrics.put("num-examples", 1 + dice.nextInt(100));
        }
        return metrics.build();
    }
}
