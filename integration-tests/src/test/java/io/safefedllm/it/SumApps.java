package io.safefedllm.it;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ServerApp;
import io.safefedllm.flower.app.ServerContext;
import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.it.harness.NpzFile.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A server app that sends an array of several chunks to all nodes, and a client app that adds one to it. */
final class SumApps {

    /** Told by its name, the recorded client takes it for an adapter that has been trained already. */
    static final String NAME = "base_model.model.q_proj.lora_B.weight";

    /** 12 MB: three chunks. */
    static final int SIZE = 3_000_000;

    /** Why {@link #addsOne} has no answer to anything but train messages. */
    static final String REFUSAL = "this node only adds";

    private static final int RAMP = 1000;

    private SumApps() {}

    /** What {@link #addsOne} adds, for the recorded client. */
    static Map<String, Tensor> ones() {
        float[] ones = new float[SIZE];
        Arrays.fill(ones, 1f);
        return Map.of(NAME, new Tensor(List.of(ones.length), ones));
    }

    /** The sum of an answer's elements: of the ramp that is sent, and of a one for each. */
    static double expectedSum() {
        return SIZE * ((RAMP - 1) / 2.0 + 1);
    }

    static ClientApp addsOne() {
        return (message, context) -> {
            if (!message.metadata().messageType().equals("train")) {
                throw new IllegalArgumentException(REFUSAL);
            }
            float[] values = values(message);
            for (int i = 0; i < values.length; i++) {
                values[i] += 1f;
            }
            return RecordDict.of(Map.of(
                    "arrays",
                    arrays(values),
                    "metrics",
                    MetricRecord.builder()
                            .put("train_loss", 0.5)
                            .put("num-examples", 40L)
                            .build()));
        };
    }

    private static ArrayRecord arrays(float[] values) {
        return ArrayRecord.of(Map.of(NAME, Array.ofFloat32(new int[] {values.length}, values)));
    }

    private static float[] values(Message message) throws FormatException {
        for (ArrayRecord record : message.content().arrayRecords().values()) {
            for (Array array : record.arrays().values()) {
                return array.toFloat32();
            }
        }
        throw new IllegalArgumentException("the message holds no array");
    }

    /** Waits for its nodes, asks each to train and to evaluate, and keeps what they answer. */
    static final class Server implements ServerApp {

        private final int nodes;
        private final List<Double> sums = new ArrayList<>();
        private final List<String> errors = new ArrayList<>();

        Server(int nodes) {
            this.nodes = nodes;
        }

        /** The sum of each answer's elements. */
        List<Double> sums() {
            return List.copyOf(sums);
        }

        /** The reasons of error replies. */
        List<String> errors() {
            return List.copyOf(errors);
        }

        @Override
        public void run(Grid grid, ServerContext context) throws InterruptedException, FormatException {
            Asking.awaitNodes(grid, nodes);
            for (String type : List.of("train", "evaluate")) {
                for (Message reply : Asking.ask(grid, context, type, content())) {
                    keep(reply);
                }
            }
            grid.log("all nodes have answered");
        }

        private static RecordDict content() {
            float[] ramp = new float[SIZE];
            for (int i = 0; i < ramp.length; i++) {
                ramp[i] = i % RAMP;
            }
            Map<String, FlowerRecord> records = new LinkedHashMap<>();
            records.put("arrays", arrays(ramp));
            records.put("config", ConfigRecord.builder().put("server-round", 1L).build());
            return RecordDict.of(records);
        }

        private void keep(Message reply) throws FormatException {
            if (reply.hasError()) {
                errors.add(reply.error().reason());
                return;
            }
            double sum = 0;
            for (float value : values(reply)) {
                sum += value;
            }
            sums.add(sum);
        }
    }
}
