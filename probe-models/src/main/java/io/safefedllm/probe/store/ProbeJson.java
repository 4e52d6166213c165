package io.safefedllm.probe.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

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

    /** The whole header. */
    private record Header(List<TensorSpec> layout, List<StoredView> views, ProbeCard card) {}

    static byte[] encodeHeader(ProbeSet probes) throws IOException {
        List<StoredView> views = new ArrayList<>();
        for (ProbeView view : probes.views()) {
            FeatureKeys keys = view.probe().keys();
            views.add(new StoredView(
                    view.name(),
                    view.selector().key(),
                    view.probe().normalisation().key(),
                    keys.firstLayer(),
                    keys.names(),
                    keys.sizes(),
                    view.threshold()));
        }
        return JSON.writeValueAsBytes(new Header(probes.layout().tensors(), views, probes.card()));
    }

    static float[] parameters(ProbeSet probes) {
        int count = 0;
        for (ProbeView view : probes.views()) {
            count = Math.addExact(count, view.probe().keys().dimension() + 1);
        }
        FloatBuffer parameters = FloatBuffer.allocate(count);
        for (ProbeView view : probes.views()) {
            parameters.put(view.probe().weights()).put(view.probe().bias());
        }
        float[] values = new float[count];
        parameters.flip().get(values);
        return values;
    }

    /**
     * Puts header and parameters together.
     *
     * @throws IllegalArgumentException if they do not belong together or a value is out of its range
     */
    static ProbeSet decode(byte[] json, FloatBuffer parameters) throws IOException {
        Header header = parse(json);
        List<ProbeView> views = new ArrayList<>();
        for (StoredView stored : header.views()) {
            views.add(view(stored, parameters));
        }
        if (parameters.hasRemaining()) {
            throw new IllegalArgumentException(parameters.remaining() + " parameters belong to no view");
        }
        return ProbeSet.of(AdapterLayout.of(header.layout()), views, header.card());
    }

    private static Header parse(byte[] json) throws IOException {
        try {
            return JSON.readValue(json, Header.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the header is malformed: " + SafetensorsHeader.quote(e.getOriginalMessage()), e);
        }
    }

    private static ProbeView view(StoredView stored, FloatBuffer parameters) {
        ViewSelector selector = ViewSelector.named(stored.selector());
        FeatureKeys keys = new FeatureKeys(selector, stored.firstLayer(), stored.keys(), stored.sizes());
        if (parameters.remaining() <= keys.dimension()) {
            throw new IllegalArgumentException("view '" + stored.name() + "' needs " + (keys.dimension() + 1L)
                    + " parameters but only " + parameters.remaining() + " are left");
        }
        float[] weights = new float[keys.dimension()];
        parameters.get(weights);
        LinearProbe probe =
                LinearProbe.copyOf(keys, Normalisation.named(stored.normalisation()), weights, parameters.get());
        return new ProbeView(stored.name(), selector, probe, stored.threshold());
    }
}
