package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.ObjectLink;
import io.safefedllm.flower.link.PulledObject;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.object.ObjectBundle;
import io.safefedllm.flower.object.ObjectTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Moves objects, up to four at a time. Thread-safe; owns its threads.
 *
 * <p>Uploads keep children before parents: objects go level by level, in parallel within a level. The first failure ends
 * a transfer as soon as the calls under way have ended.
 */
final class ObjectTransfer implements AutoCloseable {

    /** More does not help: a SuperLink is one process. */
    static final int PARALLEL_CALLS = 4;

    private final ExecutorService threads = Executors.newFixedThreadPool(PARALLEL_CALLS, task -> {
        Thread thread = new Thread(task, "flower-objects");
        thread.setDaemon(true);
        return thread;
    });

    /** Uploads those objects of the bundle that the platform asked for. */
    void push(ObjectLink link, long runId, ObjectBundle bundle, Collection<String> wanted, String sessionId) {
        for (List<String> level : levels(bundle, Set.copyOf(wanted))) {
            inParallel(level, id -> pushOne(link, runId, id, bundle.object(id), sessionId));
        }
    }

    /** Asks for each object once; the answers are as far as the platform has them. */
    Map<String, PulledObject> pull(ObjectLink link, long runId, Collection<String> ids) {
        Map<String, PulledObject> answers = new LinkedHashMap<>();
        inParallel(List.copyOf(ids), id -> {
            PulledObject answer = link.pull(runId, id);
            synchronized (answers) {
                answers.put(id, answer);
            }
        });
        return answers;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    // From 1.33 on an object that is there already is refused: after a lost answer that is as good as stored.
    private static void pushOne(ObjectLink link, long runId, String id, byte[] bytes, String sessionId) {
        if (!link.push(runId, id, bytes, sessionId) && link.pull(runId, id).state() != PulledObject.State.AVAILABLE) {
            throw new TransportException(
                    Status.FAILED_PRECONDITION,
                    "the SuperLink refused object " + id + " of run " + Long.toUnsignedString(runId)
                            + "; its upload session has expired, send the message again",
                    true,
                    null);
        }
    }

    // Each call is repeated for a while before it fails: once one has, the rest are not begun.
    private void inParallel(List<String> ids, Consumer<String> work) {
        if (ids.size() == 1) {
            work.accept(ids.get(0));
            return;
        }
        AtomicBoolean failed = new AtomicBoolean();
        CompletableFuture<?>[] jobs = ids.stream()
                .map(id -> CompletableFuture.runAsync(() -> unlessFailed(failed, () -> work.accept(id)), threads))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(jobs).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof TransportException failure ? failure : e;
        }
    }

    private static void unlessFailed(AtomicBoolean failed, Runnable job) {
        if (failed.get()) {
            return;
        }
        try {
            job.run();
        } catch (RuntimeException | Error e) {
            failed.set(true);
            throw e;
        }
    }

    private static Collection<List<String>> levels(ObjectBundle bundle, Set<String> wanted) {
        Map<String, Integer> heights = new HashMap<>();
        bundle.trees().forEach(tree -> height(tree, heights));
        Map<Integer, List<String>> levels = new TreeMap<>();
        for (String id : bundle.ids()) {
            if (wanted.contains(id)) {
                levels.computeIfAbsent(heights.getOrDefault(id, 0), any -> new ArrayList<>())
                        .add(id);
            }
        }
        return levels.values();
    }

    private static int height(ObjectTree tree, Map<String, Integer> heights) {
        Integer known = heights.get(tree.objectId());
        if (known != null) {
            return known;
        }
        int height = 0;
        for (ObjectTree child : tree.children()) {
            height = Math.max(height, 1 + height(child, heights));
        }
        heights.put(tree.objectId(), height);
        return height;
    }
}
