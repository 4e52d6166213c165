package io.safefedllm.probe.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.GramKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.SecondOpinions;
import io.safefedllm.probe.model.SeedInvariantProbe;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** The header of a probe file and the order of its parameters. */
final class ProbeJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
            .withConfigOverride(
                    Calibration.class, override -> override.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.SET)))
            .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
            .build();

    private ProbeJson() {}

    /** What the file says of one view; the paper's fields (SF-2.3) less those that are the same for all views. */
    private record StoredView(
            String name,
            String selector,
            String normalisation,
            int firstLayer,
            List<String> keys,
            List<Integer> sizes,
            double threshold) {}

    /** What the file says of the seed-invariant probe. */
    private record StoredGram(List<String> names, List<Integer> rows, double threshold) {}

    /** The second opinions; {@code seedInvariant} holds one entry or none. */
    private record StoredOpinions(List<StoredView> layers, List<StoredGram> seedInvariant) {}

    /** The whole header. */
    private record Header(List<TensorSpec> layout, List<StoredView> views, StoredOpinions opinions, ProbeCard card) {}

    static byte[] encodeHeader(ProbeSet probes) throws IOException {
        SecondOpinions opinions = probes.opinions();
        StoredOpinions stored = new StoredOpinions(
                opinions.layers().stream().map(ProbeJson::stored).toList(),
                opinions.seedInvariant().stream().map(ProbeJson::stored).toList());
        List<StoredView> views = probes.views().stream().map(ProbeJson::stored).toList();
        return JSON.writeValueAsBytes(new Header(probes.layout().tensors(), views, stored, probes.card()));
    }

    private static StoredView stored(ProbeView view) {
        FeatureKeys keys = view.probe().keys();
        return new StoredView(
                view.name(),
                view.selector().key(),
                view.probe().normalisation().key(),
                keys.firstLayer(),
                keys.names(),
                keys.sizes(),
                view.threshold());
    }

    private static StoredGram stored(SeedInvariantProbe probe) {
        return new StoredGram(probe.keys().names(), probe.keys().rows(), probe.threshold());
    }

    /** Returns all parameters in the order of the file: views, layers, the seed-invariant probe. */
    static float[] parameters(ProbeSet probes) {
        List<float[]> parts = new ArrayList<>();
        Stream.concat(probes.views().stream(), probes.opinions().layers().stream())
                .map(ProbeView::probe)
                .forEach(probe -> Collections.addAll(parts, probe.weights(), new float[] {probe.bias()}));
        probes.opinions()
                .seedInvariant()
                .ifPresent(probe -> Collections.addAll(parts, probe.weights(), new float[] {probe.bias()}));
        int count = 0;
        for (float[] part : parts) {
            count = Math.addExact(count, part.length);
        }
        FloatBuffer parameters = FloatBuffer.allocate(count);
        parts.forEach(parameters::put);
        return parameters.array();
    }

    /**
     * Puts header and parameters together.
     *
     * @param version of the file, 1 to 3
     * @throws IllegalArgumentException if they do not belong together or a value is out of its range
     */
    static ProbeSet decode(int version, byte[] json, FloatBuffer parameters) throws IOException {
        Header header = parse(version, json);
        List<ProbeView> views = views(header.views(), parameters);
        List<ProbeView> layers = views(header.opinions().layers(), parameters);
        List<SeedInvariantProbe> grams = new ArrayList<>();
        for (StoredGram stored : header.opinions().seedInvariant()) {
            grams.add(gram(stored, parameters));
        }
        if (parameters.hasRemaining()) {
            throw new IllegalArgumentException(parameters.remaining() + " parameters belong to no view");
        }
        if (grams.size() > 1) {
            throw new IllegalArgumentException("there are " + grams.size() + " seed-invariant probes instead of one");
        }
        SecondOpinions opinions = new SecondOpinions(layers, grams.stream().findFirst());
        return ProbeSet.of(AdapterLayout.of(header.layout()), views, header.card())
                .with(opinions);
    }

    private static Header parse(int version, byte[] json) throws IOException {
        try {
            if (!(JSON.readTree(json) instanceof ObjectNode header)) {
                throw new IllegalArgumentException("the header is malformed: it is no object");
            }
            if (version == 1) {
                ObjectNode opinions = header.putObject("opinions");
                opinions.putArray("layers");
                opinions.putArray("seedInvariant");
            }
            if (version < 3) {
                header.path("card").path("recipes").forEach(ProbeJson::withUnknownRecords);
            }
            return JSON.treeToValue(header, Header.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the header is malformed: " + SafetensorsHeader.quote(e.getOriginalMessage()), e);
        }
    }

    private static void withUnknownRecords(JsonNode recipe) {
        if (recipe instanceof ObjectNode fields) {
            fields.put("records", "");
        }
    }

    private static List<ProbeView> views(List<StoredView> stored, FloatBuffer parameters) {
        List<ProbeView> views = new ArrayList<>();
        for (StoredView view : stored) {
            views.add(view(view, parameters));
        }
        return views;
    }

    private static SeedInvariantProbe gram(StoredGram stored, FloatBuffer parameters) {
        GramKeys keys = new GramKeys(stored.names(), stored.rows());
        float[] weights = floats(parameters, keys.dimension(), SecondOpinions.SEED_INVARIANT);
        return SeedInvariantProbe.copyOf(keys, weights, parameters.get(), stored.threshold());
    }

    private static float[] floats(FloatBuffer parameters, int count, String view) {
        if (parameters.remaining() <= count) {
            throw new IllegalArgumentException("view '" + view + "' needs " + (count + 1L) + " parameters but only "
                    + parameters.remaining() + " are left");
        }
        float[] values = new float[count];
        parameters.get(values);
        return values;
    }

    private static ProbeView view(StoredView stored, FloatBuffer parameters) {
        ViewSelector selector = ViewSelector.named(stored.selector());
        FeatureKeys keys = new FeatureKeys(selector, stored.firstLayer(), stored.keys(), stored.sizes());
        float[] weights = floats(parameters, keys.dimension(), stored.name());
        LinearProbe probe =
                LinearProbe.copyOf(keys, Normalisation.named(stored.normalisation()), weights, parameters.get());
        return new ProbeView(stored.name(), selector, probe, stored.threshold());
    }
}
