package io.safefedllm.flower.object;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts messages together from objects of a peer.
 *
 * <p>First the {@link #outline}, which fetches everything but chunks, so that a message can be refused by its names, types
 * and shapes; then each {@link #array}, one at a time, in any order, or never. {@link #inflate} does it all. Every object is
 * verified against its id. Immutable and thread-safe; exceptions of an {@link ObjectSource} pass through.
 */
public final class MessageInflater {
    /** NumPy 2 allows 64 axes. */
    private static final int MAX_AXES = 64;

    private final InflateLimits limits;

    /** Creates an inflater that keeps to {@code limits}. */
    public MessageInflater(InflateLimits limits) {
        this.limits = limits;
    }

    /**
     * Fetches all of a message but the bytes of its arrays.
     *
     * @param envelope the metadata as the SuperLink checked it, with the message id; it is the metadata of the result, while
     *     what the sender repeats inside the object is ignored
     * @param source where to get objects from
     * @throws MalformedObjectException if an object is not what it should be, or a limit is passed
     */
    public MessageOutline outline(Metadata envelope, ObjectSource source) throws MalformedObjectException {
        return root(envelope.messageId(), source).outline(envelope, source);
    }

    /** Like {@link #outline(Metadata, ObjectSource)}, with the metadata that the message's own object holds. */
    public MessageOutline outline(String messageId, ObjectSource source) throws MalformedObjectException {
        Root root = root(messageId, source);
        Metadata inside = WireMessages.metadata(root.body.getMetadata()).withMessageId(messageId);
        return root.outline(inside, source);
    }

    /**
     * Fetches the chunks of one array.
     *
     * @throws MalformedObjectException if a chunk is not what it should be, or the array is larger than the limit
     */
    public Array array(ArrayHead head, ObjectSource source) throws MalformedObjectException {
        Map<String, ByteBuffer> fetched = new LinkedHashMap<>();
        List<ByteBuffer> inOrder = new ArrayList<>();
        long total = 0;
        for (String id : head.chunkIds()) {
            ByteBuffer chunk = fetched.get(id);
            if (chunk == null) {
                chunk = fetch(id, source)
                        .require(ObjectType.ARRAY_CHUNK)
                        .requireLeaf()
                        .body();
                fetched.put(id, chunk);
            }
            inOrder.add(chunk);
            total += chunk.remaining();
            if (total > limits.maxArrayBytes()) {
                throw new MalformedObjectException("array is larger than " + limits.maxArrayBytes() + " bytes");
            }
        }
        int[] shape = head.shape().stream().mapToInt(Integer::intValue).toArray();
        return Array.adopt(head.dtype(), shape, head.stype(), join(inOrder, (int) total));
    }

    private static byte[] join(List<ByteBuffer> parts, int total) {
        byte[] joined = new byte[total];
        int at = 0;
        for (ByteBuffer part : parts) {
            part.duplicate().get(joined, at, part.remaining());
            at += part.remaining();
        }
        return joined;
    }

    /** Fetches a whole message; see {@link #outline(Metadata, ObjectSource)}. */
    public Message inflate(Metadata envelope, ObjectSource source) throws MalformedObjectException {
        return complete(outline(envelope, source), source);
    }

    /** Fetches a whole message with the metadata that its own object holds. */
    public Message inflate(String messageId, ObjectSource source) throws MalformedObjectException {
        return complete(outline(messageId, source), source);
    }

    /**
     * Fetches the arrays that an outline lacks.
     *
     * @throws MalformedObjectException as {@link #array}, or if all arrays together are larger than the limit
     */
    public Message complete(MessageOutline outline, ObjectSource source) throws MalformedObjectException {
        if (outline.error().isPresent()) {
            return Message.ofError(outline.metadata(), outline.error().get());
        }
        Filling filling = new Filling(source);
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        for (Map.Entry<String, RecordOutline> entry : outline.records().entrySet()) {
            records.put(entry.getKey(), filling.record(entry.getValue()));
        }
        return Message.of(outline.metadata(), RecordDict.of(records));
    }

    private DecodedObject fetch(String id, ObjectSource source) throws MalformedObjectException {
        return DecodedObject.of(id, source.object(id), limits);
    }

    private Root root(String messageId, ObjectSource source) throws MalformedObjectException {
        DecodedObject object = fetch(messageId, source).require(ObjectType.MESSAGE);
        io.safefedllm.flower.proto.Message body = parse(io.safefedllm.flower.proto.Message.parser(), object);
        if (body.hasContent() || object.children().size() != (body.hasError() ? 0 : 1)) {
            throw new MalformedObjectException("a message has either an error or one dictionary as its child");
        }
        return new Root(object, body);
    }

    private static <M> M parse(Parser<M> parser, DecodedObject object) throws MalformedObjectException {
        try {
            return parser.parseFrom(object.body());
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedObjectException(
                    "body of " + object.type().wireName() + " is not its protobuf message", e);
        }
    }

    /** Reads a body that maps names to children, and checks that it names each of them. */
    private Map<String, String> names(DecodedObject object, int maxEntries) throws MalformedObjectException {
        Map<String, String> names = new JsonReader(object.text(), limits).object(maxEntries);
        if (!new HashSet<>(names.values()).equals(new HashSet<>(object.children()))) {
            throw new MalformedObjectException(
                    object.type().wireName() + " names other objects than its head lists as children");
        }
        return names;
    }

    /** Fetches a dictionary without the bytes of its arrays. */
    Map<String, RecordOutline> dictionary(String id, ObjectSource source) throws MalformedObjectException {
        DecodedObject dict = fetch(id, source).require(ObjectType.RECORD_DICT);
        Map<String, RecordOutline> byId = new LinkedHashMap<>();
        Map<String, ArrayHead> heads = new LinkedHashMap<>();
        Map<String, RecordOutline> records = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : names(dict, limits.maxRecords()).entrySet()) {
            RecordOutline known = byId.get(entry.getValue());
            if (known == null) {
                known = record(entry.getValue(), source, heads);
                byId.put(entry.getValue(), known);
            }
            records.put(entry.getKey(), known);
        }
        return records;
    }

    private RecordOutline record(String id, ObjectSource source, Map<String, ArrayHead> known)
            throws MalformedObjectException {
        DecodedObject object = fetch(id, source);
        return switch (object.type()) {
            case ARRAY_RECORD -> arrayRecord(object, source, known);
            case METRIC_RECORD ->
                new RecordOutline.Complete(RecordCodec.metrics(
                        parse(io.safefedllm.flower.proto.MetricRecord.parser(), object.requireLeaf()), limits));
            case CONFIG_RECORD ->
                new RecordOutline.Complete(RecordCodec.config(
                        parse(io.safefedllm.flower.proto.ConfigRecord.parser(), object.requireLeaf()), limits));
            default ->
                throw new MalformedObjectException(
                        "a dictionary holds records, but found " + object.type().wireName());
        };
    }

    private RecordOutline arrayRecord(DecodedObject object, ObjectSource source, Map<String, ArrayHead> known)
            throws MalformedObjectException {
        Map<String, ArrayHead> heads = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry :
                names(object, limits.maxEntries()).entrySet()) {
            ArrayHead head = known.get(entry.getValue());
            if (head == null) {
                head = head(entry.getValue(), source);
                known.put(entry.getValue(), head);
            }
            heads.put(entry.getKey(), head);
        }
        return new RecordOutline.ArrayHeads(heads);
    }

    /** Fetches what an Array object says about its array. */
    ArrayHead head(String id, ObjectSource source) throws MalformedObjectException {
        DecodedObject object = fetch(id, source).require(ObjectType.ARRAY);
        JsonReader.ArrayBody body = new JsonReader(object.text(), limits).array(MAX_AXES);
        List<String> children = object.children();
        List<String> chunks = new ArrayList<>();
        for (int index : body.chunkIndices()) {
            if (index >= children.size()) {
                throw new MalformedObjectException(
                        "array names chunk " + index + " but has only " + children.size() + " chunks");
            }
            chunks.add(children.get(index));
        }
        Set<String> used = new HashSet<>(chunks);
        if (used.size() != children.size()) {
            throw new MalformedObjectException("array has chunks that it does not use");
        }
        return new ArrayHead(id, body.dtype(), body.shape(), body.stype(), chunks);
    }

    /** A message's own object. */
    private final class Root {
        private final DecodedObject object;
        private final io.safefedllm.flower.proto.Message body;

        Root(DecodedObject object, io.safefedllm.flower.proto.Message body) {
            this.object = object;
            this.body = body;
        }

        MessageOutline outline(Metadata metadata, ObjectSource source) throws MalformedObjectException {
            if (body.hasError()) {
                MessageError error = new MessageError(
                        body.getError().getCode(), body.getError().getReason());
                return new MessageOutline(metadata, Optional.of(error), Map.of());
            }
            Map<String, RecordOutline> records = dictionary(object.children().get(0), source);
            return new MessageOutline(metadata, Optional.empty(), records);
        }
    }

    /** Fetches arrays once each and counts their bytes. */
    private final class Filling {
        private final ObjectSource source;
        private final Map<String, Array> arrays = new LinkedHashMap<>();
        private long bytes;

        Filling(ObjectSource source) {
            this.source = source;
        }

        FlowerRecord record(RecordOutline outline) throws MalformedObjectException {
            if (outline instanceof RecordOutline.Complete complete) {
                return complete.values();
            }
            Map<String, Array> filled = new LinkedHashMap<>();
            for (Map.Entry<String, ArrayHead> entry :
                    ((RecordOutline.ArrayHeads) outline).heads().entrySet()) {
                filled.put(entry.getKey(), fill(entry.getValue()));
            }
            return ArrayRecord.of(filled);
        }

        private Array fill(ArrayHead head) throws MalformedObjectException {
            Array array = arrays.get(head.objectId());
            if (array == null) {
                array = MessageInflater.this.array(head, source);
                arrays.put(head.objectId(), array);
            }
            bytes += array.npyLength();
            if (bytes > limits.maxMessageBytes()) {
                throw new MalformedObjectException(
                        "arrays of the message are larger than " + limits.maxMessageBytes() + " bytes");
            }
            return array;
        }
    }
}
