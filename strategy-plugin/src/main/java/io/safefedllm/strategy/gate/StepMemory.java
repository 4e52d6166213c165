package io.safefedllm.strategy.gate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the server did of late, to recognise those who send it back as their own work (AT-17), and those of a round who send
 * the same. Keeps a sketch a step. Confined to one thread.
 */
public final class StepMemory {
    private final int window;
    private final Deque<UpdateSketch> steps = new ArrayDeque<>();

    /**
     * Makes an empty memory.
     *
     * @param window how many steps are remembered; 0 remembers none
     * @throws IllegalArgumentException if the window is negative
     */
    public StepMemory(int window) {
        if (window < 0) {
            throw new IllegalArgumentException("window of steps must be at least 0 but was " + window);
        }
        this.window = window;
    }

    /**
     * Remembers what a round changed.
     *
     * @param makers how many clients the step was made of; one client's work is no surprise where that client repeats it
     */
    public void remember(UpdateSketch step, int makers) {
        if (window == 0 || makers < 2) {
            return;
        }
        steps.addLast(step);
        if (steps.size() > window) {
            steps.removeFirst();
        }
    }

    /** Looks at the updates of a round, by unsigned node id. O(n^2) in the number of updates, not in their length. */
    public SortedMap<Long, Likeness> compare(Map<Long, UpdateSketch> round) {
        SortedMap<Long, UpdateSketch> ascending = new TreeMap<>(Long::compareUnsigned);
        ascending.putAll(round);
        SortedMap<Long, Likeness> found = new TreeMap<>(Long::compareUnsigned);
        ascending.forEach((node, sketch) -> found.put(
                node,
                new Likeness(
                        ascending.entrySet().stream()
                                .filter(other -> !other.getKey().equals(node))
                                .filter(other -> other.getValue().distance(sketch) <= Likeness.TOLERANCE)
                                .map(other -> Long.toUnsignedString(other.getKey()))
                                .findFirst(),
                        stepDistance(sketch))));
        return found;
    }

    private OptionalDouble stepDistance(UpdateSketch sketch) {
        return steps.stream()
                .mapToDouble(step -> step.distance(sketch))
                .filter(distance -> !Double.isNaN(distance))
                .min();
    }

    /** Returns the steps that are remembered, oldest first. */
    public List<UpdateSketch> snapshot() {
        return List.copyOf(steps);
    }

    /** Puts this memory into the state of a snapshot; of more steps than the window has, the newest are kept. */
    public void restore(List<UpdateSketch> snapshot) {
        steps.clear();
        List<UpdateSketch> kept = new ArrayList<>(snapshot);
        kept.subList(0, Math.max(0, kept.size() - window)).clear();
        steps.addAll(kept);
    }
}
