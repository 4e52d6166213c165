package io.safefedllm.flower.link.fake;

import io.safefedllm.flower.object.ObjectId;
import io.safefedllm.flower.proto.ObjectTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The object store of a {@link FakeSuperLink}: what is announced may be stored, children first; with sessions in its own and
 * only once.
 */
final class ObjectShelf {

    private final boolean sessions;

    private final Map<String, byte[]> stored = new HashMap<>();
    private final Map<String, String> announced = new HashMap<>();
    private final Map<String, Set<String>> children = new HashMap<>();

    ObjectShelf(boolean sessions) {
        this.sessions = sessions;
    }

    /** Announces a tree in a session; returns the ids that are to be pushed. */
    List<String> announce(ObjectTree tree, String session) {
        List<String> missing = new ArrayList<>();
        announce(tree, session, missing);
        return missing;
    }

    private void announce(ObjectTree tree, String session, List<String> missing) {
        String id = tree.getObjectId();
        Set<String> below = new HashSet<>();
        for (ObjectTree child : tree.getChildrenList()) {
            announce(child, session, missing);
            below.add(child.getObjectId());
        }
        children.put(id, below);
        if (!stored.containsKey(id)) {
            announced.put(id, session);
            missing.add(id);
        }
    }

    boolean push(String id, byte[] bytes, String session) {
        boolean repeated = !sessions && stored.containsKey(id);
        boolean wanted = (repeated || session.equals(announced.get(id)))
                && ObjectId.of(bytes).equals(id);
        if (wanted && !stored.keySet().containsAll(children.getOrDefault(id, Set.of()))) {
            throw new AssertionError("object " + id + " came before its children");
        }
        if (wanted) {
            announced.remove(id);
            stored.put(id, bytes);
        }
        return wanted;
    }

    boolean knows(String id) {
        return stored.containsKey(id) || announced.containsKey(id);
    }

    byte[] get(String id) {
        return stored.getOrDefault(id, new byte[0]);
    }

    void forget(String id) {
        stored.remove(id);
        announced.remove(id);
    }
}
