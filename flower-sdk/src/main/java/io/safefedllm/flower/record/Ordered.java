package io.safefedllm.flower.record;

import java.util.Iterator;
import java.util.Map;

/** Compares maps whose order matters. */
final class Ordered {
    private Ordered() {}

    static <V> boolean equal(Map<String, V> left, Map<String, V> right) {
        if (left.size() != right.size()) {
            return false;
        }
        Iterator<Map.Entry<String, V>> others = right.entrySet().iterator();
        for (Map.Entry<String, V> entry : left.entrySet()) {
            if (!entry.equals(others.next())) {
                return false;
            }
        }
        return true;
    }
}
