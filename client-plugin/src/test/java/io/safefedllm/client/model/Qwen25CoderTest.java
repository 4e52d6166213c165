package io.safefedllm.client.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/**
 * Qwen2.5-Coder-1.5B-Instruct. Nobody fetches its gigabyte for a test: {@code -Dsafefedllm.qwen25coder=DIR} names the directory that
 * {@code model import --dtype bf16} made of its Q4_K_M file. It takes 7 GB of memory.
 */
@GoldenReader(
        files = "qwen2\\.5-coder/.*",
        // Of another way to tokenise.
        notes = "/strings/\\d+/same_in_transformers")
class Qwen25CoderTest extends RealModelContract {
    private static final String PROPERTY = "safefedllm.qwen25coder";

    Qwen25CoderTest() {
        super("qwen2.5-coder/qwen2.5-coder-1.5b-instruct.json");
    }

    @BeforeAll
    void requireModel() {
        assumeTrue(Golden.isThere(goldenFile()), "the expectations are missing");
        boolean named = System.getProperty(PROPERTY) != null;
        if (!named) {
            System.out.println(
                    "skipped: -D" + PROPERTY + " does not name a directory with Qwen2.5-Coder-1.5B-Instruct");
        }
        assumeTrue(named, "Qwen2.5-Coder is not named");
    }

    @Override
    Path directory() {
        return Path.of(System.getProperty(PROPERTY));
    }
}
