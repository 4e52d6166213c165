package io.safefedllm.probe;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Files that other programs made, on the class path of the tests. */
public final class Golden {
    private Golden() {}

    /** Returns the path of a resource, given from the root of the class path. */
    public static Path resource(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(Golden.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }
}
