package io.safefedllm.it;

import io.safefedllm.it.harness.NpzFile;
import io.safefedllm.it.harness.NpzFile.Tensor;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** What Flower's own FedAvg, as the app {@code recorded-updates} runs it, begins with and leaves, as files. */
final class FedAvgFiles {

    private final LoraAdapter initial;
    private final Path initialArrays;

    private FedAvgFiles(LoraAdapter initial, Path initialArrays) {
        this.initial = initial;
        this.initialArrays = initialArrays;
    }

    /** Writes the first adapter into an existing directory. */
    static FedAvgFiles write(LoraAdapter initial, Path directory) {
        Path initialArrays = directory.resolve("initial.npz");
        NpzFile.write(initialArrays, RecordedUpdates.tensors(initial.layout(), initial::tensor));
        return new FedAvgFiles(initial, initialArrays);
    }

    /** Run config of so many rounds, after which the last arrays are in the file. */
    String runConfig(int rounds, Path finalArrays) {
        return "num-server-rounds=%d initial-arrays=\"%s\" final-arrays=\"%s\""
                .formatted(rounds, initialArrays, finalArrays);
    }

    /** The adapter that a run with {@link #runConfig} left: the tensors of the first one and no other. */
    LoraAdapter left(Path finalArrays) {
        Map<String, Tensor> arrays = NpzFile.read(finalArrays);
        if (arrays.size() != initial.layout().tensors().size()) {
            throw new AssertionError("other arrays than those of the first adapter: " + arrays.keySet());
        }
        float[] values = new float[initial.layout().size()];
        for (TensorSpec tensor : initial.layout().tensors()) {
            float[] read = Objects.requireNonNull(arrays.get(tensor.name()), tensor.name())
                    .toArray();
            System.arraycopy(read, 0, values, initial.layout().offset(tensor.name()), read.length);
        }
        return LoraAdapter.wrap(initial.layout(), values);
    }

    /** The mean of two adapters, each of which counts for so many examples, as Flower sums it: weighted and added in binary32. */
    static LoraAdapter mean(LoraAdapter first, int firstExamples, LoraAdapter second, int secondExamples) {
        float share = (float) firstExamples / (firstExamples + secondExamples);
        float rest = (float) secondExamples / (firstExamples + secondExamples);
        float[] mean = new float[first.layout().size()];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = share * first.at(i) + rest * second.at(i);
        }
        return LoraAdapter.wrap(first.layout(), mean);
    }
}
