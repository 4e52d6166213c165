package io.safefedllm.app.aggregate;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Adapter directories of one shape as rows on disk: one adapter is in memory at a time, whatever their number. Closing it
 * deletes the rows. For one thread.
 */
final class AdapterRows implements AutoCloseable {
    private final Path scratch;
    private final Path firstDirectory;
    private final PeftAdapter first;
    private final AdapterSpool spool;
    private final List<String> names = new ArrayList<>();

    private AdapterRows(Path scratch, Path firstDirectory, PeftAdapter first) {
        this.scratch = scratch;
        this.firstDirectory = firstDirectory;
        this.first = first;
        this.spool = new AdapterSpool(scratch, first.adapter().layout());
    }

    /** Reads the directories in their order; the first one says what shape the others must have. */
    static AdapterRows read(List<Path> directories) throws IOException {
        PeftAdapter first = Artifacts.readAdapter("adapter", directories.get(0));
        AdapterRows rows =
                new AdapterRows(Files.createTempDirectory("safe-fedllm-aggregate"), directories.get(0), first);
        try {
            rows.add(first.adapter());
            for (Path directory : directories.subList(1, directories.size())) {
                rows.add(rows.alike("adapter", directory));
            }
            return rows;
        } catch (IOException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private void add(LoraAdapter adapter) {
        String name = names.size() + ".f32";
        spool.put(name, adapter);
        names.add(name);
    }

    /** Reads an adapter that must have the shape of the first, in the first one's order. */
    LoraAdapter alike(String option, Path directory) throws IOException {
        PeftAdapter next = Artifacts.readAdapter(option, directory);
        boolean sameScale = first.config().r() == next.config().r()
                && Double.compare(first.config().alpha(), next.config().alpha()) == 0;
        if (!sameScale
                || !first.adapter().layout().hasSameTensors(next.adapter().layout())) {
            throw new Failure(
                    FailureCode.ADAPTER_DIRECTORY,
                    "'" + directory + "' has other tensors, rank or alpha than '" + firstDirectory + "'",
                    "Merge adapters of one base model and one LoRA configuration");
        }
        return next.adapter().arrangedAs(first.adapter().layout());
    }

    /** Returns the first adapter. */
    PeftAdapter first() {
        return first;
    }

    /** Opens all rows. */
    AdapterSpool.Rows open() {
        return spool.rows(names);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(scratch)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(scratch);
    }
}
