package io.safefedllm.lab.attack;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * What the attackers of one ring share (AT-3 to AT-10, AT-18): the first who needs a thing makes it, the others take it. Thread-safe; keeps the last things only,
 * so a key names its round.
 */
public final class Collusion {
    private static final int KEPT = 32;

    private final Map<String, Object> shared = new LinkedHashMap<>();

    Collusion() {}

    /**
     * Returns what the ring knows under {@code key}, made by {@code maker} if it is the first to ask.
     *
     * @param type what is kept under this key, always the same
     */
    synchronized <T> T once(String key, Class<T> type, Callable<T> maker) throws Exception {
        Object known = shared.get(key);
        if (known == null) {
            known = maker.call();
            shared.put(key, known);
            shared.keySet().removeIf(old -> shared.size() > KEPT && !old.equals(key));
        }
        return type.cast(known);
    }
}
