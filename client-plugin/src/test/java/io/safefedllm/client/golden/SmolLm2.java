package io.safefedllm.client.golden;

import io.safefedllm.client.download.DownloadException;
import io.safefedllm.client.download.ModelStore;
import io.safefedllm.client.download.PublishedModel;
import io.safefedllm.probe.store.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The model directory of SmolLM2 in the cache of the tests, made when it is first needed. */
public final class SmolLm2 {
    private SmolLm2() {}

    /** Returns the directory, or nothing, after saying why, where it is neither there nor to be had. */
    public static Optional<Path> directory() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("user.home"));
        Path cache = Optional.ofNullable(System.getenv("SAFE_FEDLLM_CACHE"))
                .map(Path::of)
                .orElse(home.resolve(".cache/safe-fedllm"))
                .resolve("models");
        Path directory = cache.resolve("smollm2-f32");
        ModelStore store = new ModelStore(cache, System.getenv(), home);
        try {
            if (!store.isThere(PublishedModel.SMOLLM2, TensorType.F32, directory)) {
                store.get(PublishedModel.SMOLLM2, TensorType.F32, directory, new Silent());
            }
            return Optional.of(directory);
        } catch (DownloadException e) {
            System.out.println("skipped: SmolLM2 cannot be fetched: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static final class Silent implements ModelStore.Progress {
        @Override
        public void fetched(long done, long total) {}

        @Override
        public void written(long done, long total) {}
    }
}
