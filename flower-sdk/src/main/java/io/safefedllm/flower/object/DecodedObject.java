package io.safefedllm.flower.object;

import static io.safefedllm.flower.object.MalformedObjectException.quote;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An object of a peer, its id and its head verified, its body not yet looked into. */
final class DecodedObject {
    private static final int ID_DIGITS = 64;
    private static final int MAX_LENGTH_DIGITS = 10;

    private final ObjectType type;
    private final List<String> children;
    private final ByteBuffer body;

    private DecodedObject(ObjectType type, List<String> children, ByteBuffer body) {
        this.type = type;
        this.children = children;
        this.body = body;
    }

    /**
     * Takes an object apart. The bytes are shared.
     *
     * @throws MalformedObjectException if the bytes are too many, do not hash to {@code id} or do not have the form of an
     *     object
     */
    static DecodedObject of(String id, byte[] bytes, InflateLimits limits) throws MalformedObjectException {
        if (bytes.length > limits.maxObjectBytes()) {
            throw new MalformedObjectException(
                    "object has " + bytes.length + " bytes, more than the " + limits.maxObjectBytes() + " allowed");
        }
        if (!ObjectId.of(bytes).equals(id)) {
            throw new MalformedObjectException("object does not hash to its id " + quote(id));
        }
        int zero = indexOfZero(bytes);
        String[] parts = new String(bytes, 0, zero, StandardCharsets.ISO_8859_1).split(" ", -1);
        if (parts.length != 3) {
            throw new MalformedObjectException("object head must have three parts but has " + parts.length);
        }
        ObjectType type = ObjectType.ofWireName(parts[0])
                .orElseThrow(() -> new MalformedObjectException("unknown object type " + quote(parts[0])));
        int length = bytes.length - zero - 1;
        if (parts[2].length() > MAX_LENGTH_DIGITS || !parts[2].equals(Integer.toString(length))) {
            throw new MalformedObjectException(
                    "object head says " + quote(parts[2]) + " bytes, but the body has " + length);
        }
        return new DecodedObject(
                type,
                children(parts[1], limits),
                ByteBuffer.wrap(bytes, zero + 1, length).slice());
    }

    private static int indexOfZero(byte[] bytes) throws MalformedObjectException {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        throw new MalformedObjectException("object has no head");
    }

    private static List<String> children(String text, InflateLimits limits) throws MalformedObjectException {
        if (text.isEmpty()) {
            return List.of();
        }
        int count = (text.length() + 1) / (ID_DIGITS + 1);
        if (count > Math.max(limits.maxEntries(), limits.maxChunks())) {
            throw new MalformedObjectException("object has " + count + " children, more than allowed");
        }
        List<String> ids = new ArrayList<>(count);
        Set<String> unique = new HashSet<>();
        for (String child : text.split(",", -1)) {
            if (!ObjectId.isValid(child) || !unique.add(child)) {
                throw new MalformedObjectException(
                        "child " + quote(child) + " is not an object id, or is listed twice");
            }
            ids.add(child);
        }
        return ids;
    }

    /** Checks the type and returns this object. */
    DecodedObject require(ObjectType wanted) throws MalformedObjectException {
        if (type != wanted) {
            throw new MalformedObjectException(
                    "expected an object of type " + wanted.wireName() + ", found " + type.wireName());
        }
        return this;
    }

    /** Checks that there are no children and returns this object. */
    DecodedObject requireLeaf() throws MalformedObjectException {
        if (!children.isEmpty()) {
            throw new MalformedObjectException(type.wireName() + " must not have children");
        }
        return this;
    }

    ObjectType type() {
        return type;
    }

    /** Returns the ids of the children, unique, in the order of the head. */
    List<String> children() {
        return children;
    }

    /** Returns a view of the body. */
    ByteBuffer body() {
        return body.asReadOnlyBuffer();
    }

    /** Returns the body as text. */
    String text() throws MalformedObjectException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(body.duplicate()).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedObjectException("body of " + type.wireName() + " is not UTF-8", e);
        }
    }
}
