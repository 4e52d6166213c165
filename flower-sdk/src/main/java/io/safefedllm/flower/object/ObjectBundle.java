package io.safefedllm.flower.object;

import io.safefedllm.flower.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Messages taken apart into objects: what a link announces and then uploads.
 *
 * <p>Arrays and records that several messages share (the same Java object, or equal bytes) are hashed and held once; chunks
 * are views of the arrays. Immutable and thread-safe.
 */
public final class ObjectBundle {
    private final List<Message> messages;
    private final List<ObjectTree> trees;
    private final Map<String, EncodedObject> objects;

    private ObjectBundle(List<Message> messages, List<ObjectTree> trees, Map<String, EncodedObject> objects) {
        this.messages = List.copyOf(messages);
        this.trees = List.copyOf(trees);
        this.objects = objects;
    }

    /** Takes one message apart; its present message id plays no part. */
    public static ObjectBundle of(Message message) {
        return of(List.of(message));
    }

    /** Takes messages apart; their present message ids play no part. */
    public static ObjectBundle of(List<Message> messages) {
        Deflater deflater = new Deflater();
        List<Message> named = new ArrayList<>();
        List<ObjectTree> trees = new ArrayList<>();
        for (Message message : messages) {
            ObjectTree tree = deflater.message(message);
            trees.add(tree);
            named.add(message.withMessageId(tree.objectId()));
        }
        return new ObjectBundle(named, trees, deflater.objects());
    }

    /** Returns the messages in the order given, now with their ids. */
    public List<Message> messages() {
        return messages;
    }

    /** Returns the tree of each message, in the same order. */
    public List<ObjectTree> trees() {
        return trees;
    }

    /** Returns the ids of all objects, each after all of its children: the order to upload in. */
    public Set<String> ids() {
        return objects.keySet();
    }

    /** Returns the bytes of an object, new for each call; an id of another bundle is an {@link IllegalArgumentException}. */
    public byte[] object(String id) {
        return find(id).toBytes();
    }

    /** Returns the number of bytes of an object. */
    public int size(String id) {
        return find(id).size();
    }

    /** Returns the number of bytes of all objects. */
    public long totalBytes() {
        return objects.values().stream().mapToLong(EncodedObject::size).sum();
    }

    private EncodedObject find(String id) {
        EncodedObject object = objects.get(id);
        if (object == null) {
            throw new IllegalArgumentException("no object '" + id + "' in this bundle");
        }
        return object;
    }
}
