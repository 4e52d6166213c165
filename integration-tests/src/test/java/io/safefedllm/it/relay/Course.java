package io.safefedllm.it.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The calls of one run in their order, without what depends on time alone: heartbeats and log lines, which come from threads of their
 * own, and answers that there is nothing yet. The objects of one upload or one download travel several at once, so they are one step,
 * and so are looks at the nodes that follow each other.
 *
 * @param steps one line each
 */
public record Course(List<String> steps) {

    private static final Set<String> BY_THE_CLOCK = Set.of("SendAppHeartbeat", "SendTaskHeartbeat", "PushLogs");
    private static final Set<String> AT_ONCE = Set.of("PushObject", "PullObject", "GetNodes");

    public Course {
        steps = List.copyOf(steps);
    }

    /** Reads the course from calls in the order of their arrival. */
    public static Course of(List<Call> calls) {
        List<List<Call>> steps = new ArrayList<>();
        for (Call call : calls) {
            if (BY_THE_CLOCK.contains(call.methodName()) || call.kind().equals(CallKinds.NOT_YET)) {
                continue;
            }
            List<Call> last = steps.isEmpty() ? List.of() : steps.get(steps.size() - 1);
            if (!last.isEmpty() && belongsTo(call, last.get(0))) {
                last.add(call);
            } else {
                steps.add(new ArrayList<>(List.of(call)));
            }
        }
        return new Course(steps.stream().map(Course::line).toList());
    }

    private static boolean belongsTo(Call call, Call step) {
        return call.methodName().equals(step.methodName()) && AT_ONCE.contains(call.methodName());
    }

    private static String line(List<Call> step) {
        Map<String, Long> kinds = step.stream()
                .map(Call::kind)
                .filter(kind -> !kind.isEmpty())
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        String listed = kinds.entrySet().stream()
                .map(kind -> kind.getValue() == 1 ? kind.getKey() : kind.getValue() + " " + kind.getKey())
                .collect(Collectors.joining(", "));
        return step.get(0).methodName() + (listed.isEmpty() ? "" : ": " + listed);
    }
}
