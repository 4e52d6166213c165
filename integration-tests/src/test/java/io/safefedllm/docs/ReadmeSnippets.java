package io.safefedllm.docs;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientApps;
import io.safefedllm.flower.app.ServerApp;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The code that the README shows, between its markers. */
final class ReadmeSnippets {
    private ReadmeSnippets() {}

    static ClientApp clientApp(UnaryOperator<Array> train) {
        // snippet: client-app
        ClientApp app = (message, context) -> {
            Map<String, Array> trained = new LinkedHashMap<>();
            for (ArrayRecord received : message.content().arrayRecords().values()) {
                received.arrays().forEach((name, array) -> trained.put(name, train.apply(array)));
            }
            MetricRecord metrics =
                    MetricRecord.builder().put("num-examples", 10).build();
            return RecordDict.of(Map.of("arrays", ArrayRecord.of(trained), "metrics", metrics));
        };
        // end
        return app;
    }

    static void serve(ClientApp app) {
        // snippet: client-app-serve
        ClientApps.serve("127.0.0.1:9092", app);
        // end
    }

    static ServerApp serverApp(Path example, Path state) throws Exception {
        // snippet: server-app
        ServerApp strategy = SafeFedLlmServerApp.builder()
                .initialAdapter(PeftDirectory.read(example.resolve("initial-adapter")))
                .probe(ProbeFile.read(example.resolve("probe.sflp")))
                .defaults(Map.of("safe-fedllm.level", "shadow", "safe-fedllm.rule", "mean"))
                .stateDirectory(state)
                .build();
        // end
        return strategy;
    }
}
