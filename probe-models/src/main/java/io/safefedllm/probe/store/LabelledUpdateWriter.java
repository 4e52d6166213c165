package io.safefedllm.probe.store;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a directory that {@link LabelledUpdates} reads. A base that several updates share is stored once.
 *
 * <p>The manifest appears with {@link #finish}; without it the directory is no set of updates, and what an interrupted run
 * left there is written over by the next. One thread at a time.
 */
public final class LabelledUpdateWriter {
    private final Path directory;
    private final LoraConfig config;
    private final List<ManifestEntry> entries = new ArrayList<>();
    private final Map<String, Path> bases = new HashMap<>();

    private LabelledUpdateWriter(Path directory, LoraConfig config) {
        this.directory = directory;
        this.config = config;
    }

    /**
     * Starts a new set.
     *
     * @param config rank, scale and target modules of all adapters
     * @throws StoreException if the directory holds a set already
     */
    public static LabelledUpdateWriter create(Path directory, LoraConfig config) throws IOException {
        if (Files.exists(directory.resolve(LabelledUpdates.MANIFEST_FILE))) {
            throw new StoreException(
                    directory + ": there is a set of labelled updates already; name another directory");
        }
        Files.createDirectories(directory);
        return new LabelledUpdateWriter(directory, config);
    }

    /**
     * Stores one update.
     *
     * @param base what the training started from
     * @param adapter what it ended with
     * @throws IllegalArgumentException if a tensor does not match the configuration
     */
    public void add(LoraAdapter base, LoraAdapter adapter, UpdateOrigin origin) throws IOException {
        String digest = base.sha256();
        Path basePath = bases.get(digest);
        if (basePath == null) {
            basePath = Path.of("bases", digest.substring(0, 16));
            PeftDirectory.write(directory.resolve(basePath), new PeftAdapter(config, base));
            bases.put(digest, basePath);
        }
        Path adapterPath = Path.of("adapters", "%06d".formatted(entries.size() + 1));
        PeftDirectory.write(directory.resolve(adapterPath), new PeftAdapter(config, adapter));
        entries.add(new ManifestEntry(adapterPath, basePath, origin));
    }

    /** Writes the manifest: the set is complete. Call once, last. */
    public void finish() throws IOException {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(entry.toJson()).append('\n'));
        AtomicFile.write(
                directory.resolve(LabelledUpdates.MANIFEST_FILE),
                lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
