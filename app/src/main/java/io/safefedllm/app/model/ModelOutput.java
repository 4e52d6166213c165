package io.safefedllm.app.model;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.probe.store.TensorType;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where a model directory goes and how its weights are stored. */
final class ModelOutput {
    private static final Map<String, TensorType> TYPES =
            Map.of("f32", TensorType.F32, "f16", TensorType.F16, "bf16", TensorType.BF16);

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the model goes; must not exist or be empty. It appears when it is complete.")
    private Path out;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "f32",
            description =
                    "How weights are stored: f32 keeps every value and is used from disk as it is, f16 and bf16 take"
                            + " half the disk and round (default: ${DEFAULT-VALUE}).")
    private String type;

    Path directory() {
        return out;
    }

    TensorType type() {
        TensorType known = TYPES.get(type.toLowerCase(Locale.ROOT));
        if (known == null) {
            throw new Failure(FailureCode.USAGE, "--dtype '" + type + "' is not known", "Choose one of f32, f16, bf16");
        }
        return known;
    }
}
