package io.safefedllm.flower.link.wire;

/**
 * Who a node is: its key, and who has made it known to the SuperLink.
 *
 * @param key the key that signs
 * @param registered whether an operator registers the key; else the node registers it when it joins and unregisters it when it leaves
 */
public record NodeIdentity(NodeKey key, boolean registered) {

    /** Returns a new identity, for one stay. */
    public static NodeIdentity generated() {
        return new NodeIdentity(NodeKey.generate(), false);
    }

    /** Returns the identity of a key that an operator registers. */
    public static NodeIdentity registered(NodeKey key) {
        return new NodeIdentity(key, true);
    }
}
