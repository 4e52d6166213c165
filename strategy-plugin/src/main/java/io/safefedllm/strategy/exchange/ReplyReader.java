package io.safefedllm.strategy.exchange;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.NpyView;
import io.safefedllm.flower.record.NumpyType;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Reads replies of untrusted clients (SF-7.1, codes 1 to 4).
 *
 * <p>Nothing a client can put into a message makes it throw, and memory is taken only for arrays whose names and shapes
 * are those of the adapter that was sent. Which arrays record and which metrics record a reply uses is told by type, not
 * by name; there must be exactly one array record. Labels of arrays are ignored: the {@code .npy} header decides. An
 * array that cannot be read counts as one of a wrong type. Stateless and thread-safe.
 */
public final class ReplyReader {
    /** Flower's key for the number of examples that a client trained on. */
    public static final String NUM_EXAMPLES = "num-examples";

    private static final int QUOTED = 80;

    private final AdapterLayout issued;

    /** Reads replies to messages that held an adapter of this layout. */
    public ReplyReader(AdapterLayout issued) {
        this.issued = issued;
    }

    /** Reads one reply; an error in place of content is {@link ReplyCode#NO_REPLY}. */
    public DecodeResult read(Message reply) {
        if (reply.hasError()) {
            return malformed(
                    ReplyCode.NO_REPLY,
                    "error " + reply.error().code() + " " + quote(reply.error().reason()));
        }
        return read(reply.content());
    }

    /** Reads the content of one reply. */
    public DecodeResult read(RecordDict content) {
        List<ArrayRecord> arrayRecords = List.copyOf(content.arrayRecords().values());
        if (arrayRecords.size() != 1) {
            return malformed(ReplyCode.BAD_KEYS, arrayRecords.size() + " array records in place of one");
        }
        Map<String, Array> arrays = arrayRecords.get(0).arrays();
        for (String name : arrays.keySet()) {
            if (!issued.contains(name)) {
                return malformed(ReplyCode.BAD_KEYS, "unknown tensor " + quote(name));
            }
        }
        if (arrays.size() != issued.tensors().size()) {
            return malformed(
                    ReplyCode.BAD_KEYS,
                    arrays.size() + " tensors in place of " + issued.tensors().size());
        }
        DecodeResult result = readArrays(arrays, claimedExamples(content));
        return result instanceof DecodeResult.Claimed claimed
                ? new DecodeResult.Claimed(claimed.claim().withSteps(StepEvidence.of(content)))
                : result;
    }

    private DecodeResult readArrays(Map<String, Array> arrays, OptionalLong claimedExamples) {
        Map<String, NpyView> views = new HashMap<>();
        String unreadable = "";
        for (TensorSpec tensor : issued.tensors()) {
            try {
                NpyView view = find(arrays, tensor).decode();
                if (!shapeOf(view).equals(tensor.shape())) {
                    return malformed(
                            ReplyCode.BAD_SHAPE,
                            tensor.name() + " has shape " + quote(shapeOf(view).toString()) + " in place of "
                                    + tensor.shape());
                }
                views.put(tensor.name(), view);
            } catch (FormatException e) {
                unreadable = unreadable.isEmpty()
                        ? tensor.name() + ": " + quote(String.valueOf(e.getMessage()))
                        : unreadable;
            }
        }
        for (NpyView view : views.values()) {
            if (unreadable.isEmpty() && !isFloat(view)) {
                unreadable = "elements of type " + view.type().numpyName();
            }
        }
        return unreadable.isEmpty() ? collect(views, claimedExamples) : malformed(ReplyCode.BAD_DTYPE, unreadable);
    }

    private DecodeResult collect(Map<String, NpyView> views, OptionalLong claimedExamples) {
        float[] values = new float[issued.size()];
        for (TensorSpec tensor : issued.tensors()) {
            try {
                float[] part = find(views, tensor).toFloat32();
                System.arraycopy(part, 0, values, issued.offset(tensor.name()), part.length);
            } catch (FormatException e) {
                return malformed(ReplyCode.BAD_DTYPE, tensor.name() + ": " + quote(String.valueOf(e.getMessage())));
            }
        }
        return new DecodeResult.Claimed(ClaimedUpdate.wrap(issued, values, claimedExamples));
    }

    private static <V> V find(Map<String, V> byName, TensorSpec tensor) {
        V value = byName.get(tensor.name());
        if (value == null) {
            throw new IllegalStateException("tensor " + tensor.name() + " was checked to be there");
        }
        return value;
    }

    private static boolean isFloat(NpyView view) {
        return view.type() == NumpyType.FLOAT32 || view.type() == NumpyType.FLOAT16;
    }

    private static List<Integer> shapeOf(NpyView view) {
        return IntStream.of(view.shape()).boxed().toList();
    }

    private static OptionalLong claimedExamples(RecordDict content) {
        List<MetricRecord> metrics = List.copyOf(content.metricRecords().values());
        return metrics.size() == 1 ? metrics.get(0).integer(NUM_EXAMPLES) : OptionalLong.empty();
    }

    private static DecodeResult malformed(ReplyCode code, String detail) {
        return new DecodeResult.Malformed(code, detail);
    }

    /** Quotes text of a peer for one log line: cut, and without control characters. */
    private static String quote(String text) {
        String cut = text.length() > QUOTED ? text.substring(0, QUOTED) + "..." : text;
        return "'" + cut.replaceAll("[^\\x20-\\x7e]", "?") + "'";
    }
}
