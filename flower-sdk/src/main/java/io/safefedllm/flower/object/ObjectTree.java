package io.safefedllm.flower.object;

import java.util.List;

/**
 * The ids of an object and of everything under it.
 *
 * <p>Use a tree of a peer for the set of its ids only: a SuperLink may give children in any order, the order that counts is
 * in the objects' heads.
 *
 * @param objectId the id of the root
 * @param children the trees of its children, unique
 */
public record ObjectTree(String objectId, List<ObjectTree> children) {
    /** Copies the list. */
    public ObjectTree {
        children = List.copyOf(children);
    }
}
