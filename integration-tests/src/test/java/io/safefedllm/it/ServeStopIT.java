package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that its user stops while a node is at work in the second round. */
@ExtendWith(ProcessOutputOnFailure.class)
class ServeStopIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(2);

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#all")
    void serve_runStoppedByItsUser_endsCleanly(FlwrRelease release, @TempDir Path directory) throws Exception {
        CountDownLatch inSecondRound = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (Federation federation = Federation.start(release, directory);
                ClientAppRunner node = JvmSides.node(federation, client(inSecondRound, released), 0)) {
            new Thread(node::run, "node").start();
            ManagedProcess serve = startServe(federation, directory);
            String run = federation.flwr().run(FlowerApp.copy("recorded-updates", directory), "");
            assertThat(inSecondRound.await(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            federation.flwr().stop(run);

            assertThat(serve.awaitExit(RUN_LIMIT)).isEqualTo(1);
            assertThat(serve.output()).contains(run + " was stopped").doesNotContain("\tat ");
            assertThat(federation.flwr().status(run).status()).isEqualTo("finished:stopped");
            assertThat(RunFiles.read(federation.state(), run).journal())
                    .extracting(line -> line.path("type").asText())
                    .containsExactly("run", "client", "round");
            assertThat(RunFiles.read(federation.state(), run).adapterAfter(1).at(0))
                    .isEqualTo(1.25f);
            released.countDown();
        }
    }

    private static ManagedProcess startServe(Federation federation, Path directory) throws IOException {
        return federation.startServe(
                "--once",
                "--initial-adapter",
                SmallAdapter.write(directory.resolve("adapter")).toString(),
                "--set",
                "safe-fedllm.level=none",
                "--set",
                "strategy.min-available-nodes=1",
                "--set",
                "strategy.min-train-nodes=1");
    }

    private static ClientApp client(CountDownLatch inSecondRound, CountDownLatch released) {
        return (message, context) -> {
            boolean second = message.content().configRecords().values().stream()
                    .anyMatch(config -> config.integer("server-round").orElse(0) == 2);
            if (second) {
                inSecondRound.countDown();
                released.await();
            }
            return addOne(message.content());
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
