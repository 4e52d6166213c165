package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TenLineClientAppTest {

    /** A whole node: {@code main} is all that a program needs. */
    static final class EchoNode {
        static final ClientApp APP = (message, context) -> {
            MetricRecord metrics =
                    MetricRecord.builder().put("num-examples", 10).build();
            return RecordDict.of(Map.of(
                    "arrays",
                    message.content().arrayRecords().values().iterator().next(),
                    "metrics",
                    metrics));
        };

        public static void main(String[] args) {
            ClientApps.serve(args[0], APP);
        }
    }

    @Test
    void app_inAnEmbeddedFederation_answers() {
        RunOutcome outcome = EmbeddedFederation.builder()
                .node(7, Map.of(), EchoNode.APP)
                .run((grid, context) -> {
                    Message reply = ask(grid, context);
                    assertThat(reply.content().records()).containsOnlyKeys("arrays", "metrics");
                });

        assertThat(outcome).hasToString("run 1 completed");
    }

    private static Message ask(Grid grid, ServerContext context) {
        double now = context.clock().millis() / 1000.0;
        RecordDict weights = io.safefedllm.flower.link.TestMessages.weights(1f);
        return grid.poll(grid.send(List.of(Message.instruction(grid.runId(), 7, "train", weights, "", now))))
                .get(0);
    }
}
