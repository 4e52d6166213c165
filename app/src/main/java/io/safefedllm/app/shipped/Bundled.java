package io.safefedllm.app.shipped;

import java.nio.file.Path;

/** The model and the probe that come with the program. */
public final class Bundled {
    /** The system property by which the launcher says where the program lies. */
    private static final String ROOT_PROPERTY = "safefedllm.root";

    private static final Path MODEL = Path.of("examples", "tiny-llama");
    private static final String PROBE = "probe.sflp";

    private Bundled() {}

    /** Returns the model directory, relative where the program is used in its own directory. */
    public static Path model() {
        Path here = Path.of("").toAbsolutePath();
        Path root = Path.of(System.getProperty(ROOT_PROPERTY, "")).toAbsolutePath();
        return root.equals(here) ? MODEL : root.resolve(MODEL);
    }

    /** Returns the probe file. */
    public static Path probe() {
        return model().resolve(PROBE);
    }
}
