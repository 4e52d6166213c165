package io.safefedllm.probe.store;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeProvenance;
import io.safefedllm.probe.model.UpdateRecipe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory of updates whose harm is known: PEFT directories and a {@code manifest.jsonl} with one line per update,
 * {@code {"adapter", "base", "label": "benign"|"harmful", "source", "records": "final"|"steps", "learningRate", "steps",
 * "batch"}}; the last four may be missing, paths are relative to the manifest.
 *
 * <p>Opening reads the manifest only; adapters are read one at a time while iterating, as often as one iterates. Iterating
 * throws {@link UncheckedIOException} if an adapter is malformed or does not have the tensors of its base.
 */
public final class LabelledUpdates implements Iterable<LabelledUpdate> {
    /** Name of the file that lists the updates. */
    public static final String MANIFEST_FILE = "manifest.jsonl";

    private static final int MAX_LINE_LENGTH = 1 << 16;

    private final Path directory;
    private final List<ManifestEntry> entries;

    private LabelledUpdates(Path directory, List<ManifestEntry> entries) {
        this.directory = directory;
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads the manifest of a directory. Blank lines are skipped.
     *
     * @throws StoreException if a line is malformed (the message has its number) or there is none
     * @throws IOException if the manifest cannot be read
     */
    public static LabelledUpdates open(Path directory) throws IOException {
        Path manifest = directory.resolve(MANIFEST_FILE);
        if (!Files.isRegularFile(manifest)) {
            throw new StoreException(directory + ": there is no " + MANIFEST_FILE + "; name a set of labelled updates");
        }
        List<ManifestEntry> entries = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(manifest)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.length() > MAX_LINE_LENGTH) {
                    throw new StoreException(manifest + " line " + number + ": longer than " + MAX_LINE_LENGTH);
                }
                if (!line.isBlank()) {
                    entries.add(ManifestEntry.parse(manifest + " line " + number, line));
                }
            }
        }
        if (entries.isEmpty()) {
            throw new StoreException(manifest + ": there is no update");
        }
        return new LabelledUpdates(directory, entries);
    }

    /** Returns the number of updates. */
    public int size() {
        return entries.size();
    }

    /** Returns label and source of each update as one word, in order: the strata of a stratified split. */
    public List<String> strata() {
        return entries.stream()
                .map(entry -> (entry.origin().harmful() ? "harmful/" : "benign/")
                        + entry.origin().source())
                .toList();
    }

    /**
     * Returns some of the updates, in the order given.
     *
     * @param rows numbers of the updates, counted from 0
     * @throws IndexOutOfBoundsException if there is no update of a number
     */
    public LabelledUpdates subset(int[] rows) {
        List<ManifestEntry> some = new ArrayList<>();
        for (int row : rows) {
            some.add(entries.get(row));
        }
        return new LabelledUpdates(directory, some);
    }

    /**
     * Reads the bases and returns what the card of a probe says about these updates.
     *
     * @throws StoreException if a base is malformed
     */
    public ProbeProvenance provenance(String toolVersion) throws IOException {
        Map<Path, PeftAdapter> bases = new HashMap<>();
        Set<UpdateRecipe> recipes = new LinkedHashSet<>();
        String baseModel = "";
        for (ManifestEntry entry : entries) {
            PeftAdapter base = bases.get(entry.base());
            if (base == null) {
                base = PeftDirectory.read(directory.resolve(entry.base()));
                bases.put(entry.base(), base);
                baseModel = base.config().baseModel();
            }
            recipes.add(recipe(base.adapter(), entry.origin()));
        }
        return new ProbeProvenance(toolVersion, baseModel, List.copyOf(recipes));
    }

    @Override
    public Iterator<LabelledUpdate> iterator() {
        return new Updates();
    }

    private static UpdateRecipe recipe(LoraAdapter base, UpdateOrigin origin) {
        List<TensorSpec> loraA = new ArrayList<>();
        boolean untrained = true;
        for (TensorSpec tensor : base.layout().tensors()) {
            if (tensor.isLoraA()) {
                loraA.add(tensor);
            } else {
                untrained &= isZero(base.tensor(tensor.name()));
            }
        }
        return new UpdateRecipe(
                untrained ? UpdateRecipe.INITIAL : UpdateRecipe.GLOBAL,
                origin.records(),
                origin.learningRate(),
                origin.steps(),
                origin.batch(),
                digest(base, loraA));
    }

    private static String digest(LoraAdapter base, List<TensorSpec> tensors) {
        AdapterLayout layout = AdapterLayout.of(tensors);
        float[] values = new float[layout.size()];
        for (TensorSpec tensor : tensors) {
            base.copyTo(base.layout().offset(tensor.name()), values, layout.offset(tensor.name()), tensor.size());
        }
        return LoraAdapter.wrap(layout, values).sha256();
    }

    private static boolean isZero(float[] values) {
        for (float value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads one adapter at a time; a base is read again only when it differs from the one before. */
    private final class Updates implements Iterator<LabelledUpdate> {
        private int next;
        private @Nullable Path basePath;
        private @Nullable LoraAdapter base;

        @Override
        public boolean hasNext() {
            return next < entries.size();
        }

        @Override
        public LabelledUpdate next() {
            if (!hasNext()) {
                throw new NoSuchElementException("there are only " + entries.size() + " updates");
            }
            ManifestEntry entry = entries.get(next);
            next++;
            try {
                return read(baseOf(entry), entry);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private LoraAdapter baseOf(ManifestEntry entry) throws IOException {
            if (base == null || !entry.base().equals(basePath)) {
                base = PeftDirectory.read(directory.resolve(entry.base())).adapter();
                basePath = entry.base();
            }
            return base;
        }

        private LabelledUpdate read(LoraAdapter from, ManifestEntry entry) throws IOException {
            LoraAdapter adapter =
                    PeftDirectory.read(directory.resolve(entry.adapter())).adapter();
            try {
                LoraUpdate update = LoraUpdate.between(from, adapter);
                return new LabelledUpdate(
                        update, entry.origin().harmful(), entry.origin().source());
            } catch (IllegalArgumentException e) {
                throw new StoreException(
                        directory.resolve(entry.adapter()) + ": does not fit its base " + entry.base() + ": "
                                + e.getMessage(),
                        e);
            }
        }
    }
}
