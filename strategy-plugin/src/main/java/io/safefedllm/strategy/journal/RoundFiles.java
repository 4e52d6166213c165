package io.safefedllm.strategy.journal;

import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks the files that the rounds of a run left beside its journal: every round has its three, every adapter has the digest
 * that the journal states, and all configurations are the same. One check a run; not thread-safe.
 */
final class RoundFiles {
    private static final List<String> FILES =
            List.of(PeftDirectory.MODEL_FILE, PeftDirectory.CONFIG_FILE, "server_state.safetensors");

    private final Path directory;
    private final List<Finding> findings;
    private byte @Nullable [] config;
    private int adapters;

    /**
     * Makes a check.
     *
     * @param findings gets what is found
     */
    RoundFiles(Path directory, List<Finding> findings) {
        this.directory = directory;
        this.findings = findings;
    }

    /** Returns how many adapters were compared. */
    int adapters() {
        return adapters;
    }

    void check(RunHistory history) throws IOException {
        Path rounds = directory.resolve("rounds");
        if (Files.isDirectory(rounds)) {
            for (RoundLine round : history.rounds()) {
                kept(rounds.resolve(name(round.round())), round);
            }
            strangers(rounds, history);
        }
        if (Files.exists(directory.resolve(PeftDirectory.MODEL_FILE))
                && !history.rounds().isEmpty()) {
            compare(directory, history.rounds().get(history.rounds().size() - 1));
        }
    }

    private void kept(Path kept, RoundLine round) throws IOException {
        if (!Files.isDirectory(kept)) {
            findings.add(new Finding(0, place(kept), "is missing"));
            return;
        }
        List<Path> missing = FILES.stream()
                .map(kept::resolve)
                .filter(file -> !Files.exists(file))
                .toList();
        missing.forEach(file -> findings.add(new Finding(0, place(file), "is missing")));
        if (missing.isEmpty()) {
            compare(kept, round);
        }
    }

    private static String name(int round) {
        return String.format(Locale.ROOT, "%06d", round);
    }

    private void strangers(Path rounds, RunHistory history) throws IOException {
        Set<String> known = history.rounds().stream()
                .map(round -> name(round.round()))
                .collect(Collectors.toCollection(HashSet::new));
        known.add(name(history.run().path("resumed").path("round").asInt()));
        try (Stream<Path> kept = Files.list(rounds)) {
            kept.filter(path -> path.getFileName().toString().matches("\\d{6}"))
                    .filter(path -> !known.contains(path.getFileName().toString()))
                    .sorted()
                    .forEach(path -> findings.add(new Finding(0, place(path), "belongs to no round of the journal")));
        }
    }

    private void compare(Path adapter, RoundLine round) throws IOException {
        adapters++;
        try {
            String digest = PeftDirectory.read(adapter).adapter().sha256();
            if (!digest.equals(round.adapterSha256())) {
                findings.add(new Finding(
                        round.seq(), "adapterSha256", "is not the digest of the adapter in " + place(adapter)));
            }
            config(adapter.resolve(PeftDirectory.CONFIG_FILE));
        } catch (StoreException e) {
            findings.add(new Finding(0, place(adapter), "cannot be read: " + e.getMessage()));
        }
    }

    private void config(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (config == null) {
            config = bytes;
        } else if (!Arrays.equals(config, bytes)) {
            findings.add(new Finding(0, place(file), "is not what the first round of the run was kept with"));
        }
    }

    private String place(Path path) {
        return path.equals(directory)
                ? PeftDirectory.MODEL_FILE
                : directory.relativize(path).toString();
    }
}
