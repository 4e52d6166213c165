package io.safefedllm.probe.model;

import io.safefedllm.probe.digest.Sha256;
import io.safefedllm.probe.feature.GramKeys;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** All views of one probe file, the layout of the adapters they judge, and their card. Immutable and thread-safe. */
public final class ProbeSet {
    private final AdapterLayout layout;
    private final List<ProbeView> views;
    private final SecondOpinions opinions;
    private final ProbeCard card;

    private ProbeSet(AdapterLayout layout, List<ProbeView> views, SecondOpinions opinions, ProbeCard card) {
        this.layout = layout;
        this.views = List.copyOf(views);
        this.opinions = opinions;
        this.card = card;
        if (views.isEmpty()) {
            throw new IllegalArgumentException("a probe must have at least one view");
        }
        Set<String> names = new HashSet<>();
        for (ProbeView view : views) {
            if (!names.add(view.name())) {
                throw new IllegalArgumentException("view '" + view.name() + "' appears twice");
            }
            requireTensors(layout, view);
        }
        opinions.layers().forEach(layer -> requireTensors(layout, layer));
        opinions.seedInvariant().ifPresent(probe -> requireMatrices(layout, probe.keys()));
    }

    /**
     * Makes a set without second opinions.
     *
     * @param layout all tensors of the adapters that the probes were trained on
     * @throws IllegalArgumentException if there is no view, a name appears twice, or a view reads a tensor that the layout
     *     does not have in that size
     */
    public static ProbeSet of(AdapterLayout layout, List<ProbeView> views, ProbeCard card) {
        return new ProbeSet(layout, views, SecondOpinions.NONE, card);
    }

    /** Returns all tensors of the adapters that this set judges. */
    public AdapterLayout layout() {
        return layout;
    }

    /** Returns the views in the order of the file. */
    public List<ProbeView> views() {
        return views;
    }

    /**
     * Returns the view of that name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the views there are
     */
    public ProbeView view(String name) {
        return views.stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the probe has no view '" + name + "'; it has "
                        + String.join(", ", views.stream().map(ProbeView::name).toList())));
    }

    /** Returns the probes that ask for audits and decide nothing (SF-14.5). */
    public SecondOpinions opinions() {
        return opinions;
    }

    /**
     * Returns the tensors that any view reads, in code-point order of their names (SF-1.4): what a record of step evidence
     * must hold, no more and no less.
     */
    public AdapterLayout evidenceLayout() {
        SortedSet<String> read = new TreeSet<>();
        views.forEach(view -> read.addAll(view.probe().keys().names()));
        return AdapterLayout.of(read.stream().map(layout::tensor).toList());
    }

    /** Returns where the set comes from. */
    public ProbeCard card() {
        return card;
    }

    /**
     * Returns this set with only some of its views, in the order given, and all second opinions.
     *
     * @throws IllegalArgumentException if one is missing or none is named
     */
    public ProbeSet select(List<String> names) {
        List<String> others = views.stream()
                .map(ProbeView::name)
                .filter(name -> !names.contains(name))
                .toList();
        List<ViewCard> cards = card.views().stream()
                .filter(entry -> !others.contains(entry.view()))
                .toList();
        return new ProbeSet(layout, names.stream().map(this::view).toList(), opinions, card.withViews(cards));
    }

    /** Returns this set with the same views at other thresholds and another card. */
    public ProbeSet with(List<ProbeView> views, ProbeCard card) {
        return new ProbeSet(layout, views, opinions, card);
    }

    /**
     * Returns this set with other second opinions.
     *
     * @throws IllegalArgumentException if one reads a tensor that the layout does not have
     */
    public ProbeSet with(SecondOpinions opinions) {
        return new ProbeSet(layout, views, opinions, card);
    }

    /**
     * Checks that adapters of a layout can be judged: the same tensor names with the same shapes, in whatever order.
     *
     * @throws ProbeMismatchException if not; the message names the first difference
     */
    public void requireFits(AdapterLayout adapter) {
        if (layout.hasSameTensors(adapter)) {
            return;
        }
        for (TensorSpec tensor : layout.tensors()) {
            if (!adapter.contains(tensor.name())) {
                throw new ProbeMismatchException("the probe was made for adapters with tensor '" + tensor.name()
                        + "', which this adapter lacks; train a probe for this base model and these target modules");
            }
            List<Integer> shape = adapter.tensor(tensor.name()).shape();
            if (!shape.equals(tensor.shape())) {
                throw new ProbeMismatchException("the probe was made for tensor '" + tensor.name() + "' of shape "
                        + tensor.shape() + " but the adapter's is " + shape
                        + "; train a probe for this base model and this rank");
            }
        }
        String extra = adapter.tensors().stream()
                .map(TensorSpec::name)
                .filter(name -> !layout.contains(name))
                .findFirst()
                .orElse("");
        throw new ProbeMismatchException("the probe was made for adapters without tensor '" + extra
                + "'; train a probe for these target modules");
    }

    /**
     * Returns the SHA-256, as 64 hexadecimal digits, of all that decides a verdict or an audit: layout, and of every view its
     * name, selector, tensors, normalisation, parameters and threshold; then the second opinions, if there are any. The card
     * has no part in it.
     */
    public String sha256() {
        try {
            MessageDigest digest = Sha256.start();
            try (DataOutputStream out = new DataOutputStream(
                    new BufferedOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest)))) {
                out.writeInt(layout.tensors().size());
                for (TensorSpec tensor : layout.tensors()) {
                    out.writeUTF(tensor.name() + tensor.shape());
                }
                for (ProbeView view : views) {
                    writeView(out, view);
                }
                writeOpinions(out);
            }
            return Sha256.hex(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeOpinions(DataOutputStream out) throws IOException {
        for (ProbeView layer : opinions.layers()) {
            writeView(out, layer);
        }
        if (opinions.seedInvariant().isPresent()) {
            SeedInvariantProbe probe = opinions.seedInvariant().get();
            out.writeUTF(SecondOpinions.SEED_INVARIANT + probe.keys());
            out.writeDouble(probe.threshold());
            writeFloats(out, probe.weights());
            out.writeFloat(probe.bias());
        }
    }

    private static void writeFloats(DataOutputStream out, float[] values) throws IOException {
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    private static void writeView(DataOutputStream out, ProbeView view) throws IOException {
        out.writeUTF(view.name());
        out.writeUTF(view.selector().key());
        out.writeUTF(view.probe().normalisation().key());
        out.writeDouble(view.threshold());
        out.writeInt(view.probe().keys().names().size());
        for (int i = 0; i < view.probe().keys().names().size(); i++) {
            out.writeUTF(view.probe().keys().names().get(i));
            out.writeInt(view.probe().keys().sizes().get(i));
        }
        writeFloats(out, view.probe().weights());
        out.writeFloat(view.probe().bias());
    }

    private static void requireTensors(AdapterLayout layout, ProbeView view) {
        List<String> names = view.probe().keys().names();
        for (int i = 0; i < names.size(); i++) {
            int size = view.probe().keys().sizes().get(i);
            if (!layout.contains(names.get(i)) || layout.tensor(names.get(i)).size() != size) {
                throw new IllegalArgumentException("view '" + view.name() + "' reads tensor '" + names.get(i) + "' of "
                        + size + " elements, which the layout does not have");
            }
        }
    }

    private static void requireMatrices(AdapterLayout layout, GramKeys keys) {
        for (int i = 0; i < keys.names().size(); i++) {
            String name = keys.names().get(i);
            List<Integer> shape = layout.contains(name) ? layout.tensor(name).shape() : List.of();
            if (shape.size() != 2 || !shape.get(0).equals(keys.rows().get(i))) {
                throw new IllegalArgumentException("the seed-invariant view reads matrix '" + name + "' of "
                        + keys.rows().get(i) + " rows, which the layout does not have");
            }
        }
    }
}
