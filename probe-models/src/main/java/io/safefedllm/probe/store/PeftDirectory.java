package io.safefedllm.probe.store;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Adapter directories as PEFT writes and loads them: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 *
 * <p>Tensor names are {@code base_model.model.<module path>.lora_A.weight} of shape {@code [r, in]} and
 * {@code ….lora_B.weight} of shape {@code [out, r]}; the adapter's own name is not part of them.
 */
public final class PeftDirectory {
    /** Name of the file with the values. */
    public static final String MODEL_FILE = "adapter_model.safetensors";

    /** Name of the file with rank, scale and target modules. */
    public static final String CONFIG_FILE = "adapter_config.json";

    private static final int MAX_CONFIG_LENGTH = 1 << 20;
    private static final String PREFIX = "base_model.model.";
    private static final String A_SUFFIX = ".lora_A.weight";
    private static final String B_SUFFIX = ".lora_B.weight";

    private PeftDirectory() {}

    /**
     * Reads an adapter. Its tensors come in code-point order of their names, whatever order the file has, so that two
     * files with the same tensors give equal layouts. F16, BF16 and F64 values are converted to binary32.
     *
     * @throws StoreException if a file is malformed, if PEFT options are set that change what the tensors mean (named in
     *     the message), or if a tensor is not one half of a LoRA pair of the configured rank and target modules
     * @throws IOException if a file is missing or cannot be read
     */
    public static PeftAdapter read(Path directory) throws IOException {
        Path configFile = directory.resolve(CONFIG_FILE);
        Path modelFile = directory.resolve(MODEL_FILE);
        requirePresent(directory, configFile, modelFile);
        LoraConfig config = PeftConfigJson.read(configFile.toString(), readConfig(configFile));
        try (SafetensorsFile file = SafetensorsFile.open(modelFile)) {
            AdapterLayout layout = layout(modelFile, file);
            requirePairs(modelFile, layout, config);
            return new PeftAdapter(config, readValues(file, layout));
        }
    }

    /**
     * Writes an adapter so that PEFT loads it without a warning; creates the directory where it is missing. Each of the
     * two files is replaced in one step, the configuration last.
     *
     * @throws IllegalArgumentException if a tensor is not one half of a LoRA pair of the configured rank and modules
     * @throws IOException if writing fails
     */
    public static void write(Path directory, PeftAdapter peft) throws IOException {
        LoraAdapter adapter = peft.adapter();
        try {
            requirePairs(directory, adapter.layout(), peft.config());
        } catch (StoreException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        byte[] config = PeftConfigJson.write(peft.config());
        List<NamedTensor> tensors = new ArrayList<>();
        for (TensorSpec tensor : adapter.layout().tensors()) {
            FloatBuffer values = FloatBuffer.wrap(adapter.tensor(tensor.name()));
            tensors.add(new NamedTensor(tensor.name(), tensor.shape(), values));
        }
        SafetensorsWriter.write(directory.resolve(MODEL_FILE), tensors, Map.of("format", "pt"));
        AtomicFile.write(directory.resolve(CONFIG_FILE), config);
    }

    private static void requirePresent(Path directory, Path configFile, Path modelFile) throws StoreException {
        if (!Files.isRegularFile(configFile)) {
            throw new StoreException(directory + ": there is no " + CONFIG_FILE + "; name a PEFT adapter directory");
        }
        if (!Files.isRegularFile(modelFile)) {
            boolean pickled = Files.exists(directory.resolve("adapter_model.bin"));
            throw new StoreException(directory + ": there is no " + MODEL_FILE
                    + (pickled ? "; adapter_model.bin is a pickle and is never loaded, save it as safetensors" : ""));
        }
    }

    private static byte[] readConfig(Path file) throws IOException {
        if (Files.size(file) > MAX_CONFIG_LENGTH) {
            throw new StoreException(file + ": a configuration must have at most " + MAX_CONFIG_LENGTH
                    + " bytes but has " + Files.size(file));
        }
        return Files.readAllBytes(file);
    }

    private static AdapterLayout layout(Path modelFile, SafetensorsFile file) throws IOException {
        List<TensorSpec> tensors = new ArrayList<>();
        try {
            for (String name : file.names().stream().sorted().toList()) {
                tensors.add(new TensorSpec(name, intShape(file.info(name))));
            }
            return AdapterLayout.of(tensors);
        } catch (IllegalArgumentException e) {
            throw new StoreException(modelFile + ": " + e.getMessage(), e);
        }
    }

    private static List<Integer> intShape(TensorInfo tensor) {
        return tensor.shape().stream()
                .map(dimension -> (int) Math.min(dimension, Integer.MAX_VALUE))
                .toList();
    }

    private static LoraAdapter readValues(SafetensorsFile file, AdapterLayout layout) throws IOException {
        float[] values = new float[layout.size()];
        for (TensorSpec tensor : layout.tensors()) {
            float[] part = file.readFloat32(tensor.name());
            System.arraycopy(part, 0, values, layout.offset(tensor.name()), part.length);
        }
        return LoraAdapter.wrap(layout, values);
    }

    private static void requirePairs(Path place, AdapterLayout layout, LoraConfig config) throws StoreException {
        for (TensorSpec tensor : layout.tensors()) {
            boolean isA = tensor.name().endsWith(A_SUFFIX);
            if (!tensor.name().startsWith(PREFIX) || !(isA || tensor.name().endsWith(B_SUFFIX))) {
                throw new StoreException(place + ": tensor '" + tensor.name()
                        + "' is not a LoRA matrix; expected base_model.model.<module>.lora_A.weight or .lora_B.weight");
            }
            String path = tensor.name().substring(0, tensor.name().length() - A_SUFFIX.length());
            if (!layout.contains(path + (isA ? B_SUFFIX : A_SUFFIX))) {
                throw new StoreException(place + ": tensor '" + tensor.name() + "' lacks its other half");
            }
            if (!config.targets(path.substring(PREFIX.length()))) {
                throw new StoreException(place + ": tensor '" + tensor.name()
                        + "' belongs to none of the target modules " + config.targetModules());
            }
            requireRank(place, tensor, isA ? 0 : 1, config.r());
        }
    }

    private static void requireRank(Path place, TensorSpec tensor, int axis, int rank) throws StoreException {
        if (tensor.shape().size() != 2 || tensor.shape().get(axis) != rank) {
            throw new StoreException(place + ": tensor '" + tensor.name() + "' has shape " + tensor.shape()
                    + " but the configured rank is " + rank);
        }
    }
}
