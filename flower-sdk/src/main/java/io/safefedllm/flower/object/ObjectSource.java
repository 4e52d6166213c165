package io.safefedllm.flower.object;

/** Where an inflater gets objects from: a link, a store, a map. */
@FunctionalInterface
public interface ObjectSource {
    /**
     * Returns the bytes of the object {@code objectId}; the inflater checks them and may keep them.
     *
     * @throws MalformedObjectException if there is no such object and never will be
     */
    byte[] object(String objectId) throws MalformedObjectException;
}
