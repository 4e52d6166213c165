package io.safefedllm.it;

import io.safefedllm.it.harness.NpzFile;
import io.safefedllm.it.harness.NpzFile.Tensor;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Real updates of honest clients, trained beforehand, in the files that the Python client of the app
 * {@code recorded-updates} answers with: one for each node, round and base.
 */
final class RecordedUpdates {

    private final Path directory;
    private final Map<String, LoraUpdate> updates = new HashMap<>();

    private RecordedUpdates(Path directory) {
        this.directory = directory;
    }

    /**
     * Trains and writes them.
     *
     * @param directory an existing directory
     * @param data the rows of all nodes; what each trains on differs by node and round
     */
    static RecordedUpdates make(
            TinyLlama trainer, Path directory, Path data, LoraAdapter initial, int nodes, int rounds) {
        return make(trainer, directory, Collections.nCopies(nodes, data), initial, rounds);
    }

    /**
     * Trains and writes them.
     *
     * @param data the rows of each node
     */
    static RecordedUpdates make(TinyLlama trainer, Path directory, List<Path> data, LoraAdapter initial, int rounds) {
        RecordedUpdates recorded = new RecordedUpdates(directory);
        for (int node = 0; node < data.size(); node++) {
            LoraAdapter base = initial;
            for (int round = 1; round <= rounds; round++) {
                LoraAdapter first = trainer.train(data.get(node), node, round, initial);
                recorded.put(node, round, "first", LoraUpdate.between(initial, first));
                if (round > 1) {
                    LoraAdapter later = trainer.train(data.get(node), node, round, base);
                    recorded.put(node, round, "later", LoraUpdate.between(base, later));
                }
                base = round == 1 ? first : base;
            }
        }
        return recorded;
    }

    private void put(int node, int round, String base, LoraUpdate update) {
        updates.put(name(node, round, base), update);
        NpzFile.write(directory.resolve(name(node, round, base)), tensors(update.layout(), update::tensor));
    }

    /** What the Python node answers in a round to the adapter that was broadcast: the sum in binary32. */
    LoraAdapter reply(int node, int round, LoraAdapter broadcast) {
        String name = name(node, round, round == 1 ? "first" : "later");
        return broadcast.plus(Objects.requireNonNull(updates.get(name), name));
    }

    /** Node config of the Python node of a partition. */
    String nodeConfig(int partition) {
        return "partition-id=%d updates=\"%s\"".formatted(partition, directory);
    }

    static Map<String, Tensor> tensors(AdapterLayout layout, Function<String, float[]> values) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec tensor : layout.tensors()) {
            tensors.put(tensor.name(), new Tensor(List.copyOf(tensor.shape()), values.apply(tensor.name())));
        }
        return tensors;
    }

    private static String name(int node, int round, String base) {
        return "node-%d-round-%d-%s.npz".formatted(node, round, base);
    }
}
