package io.safefedllm.it.relay;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Chunk;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A step that only one of two executors makes at its place. A step that both make, but not at the same place, is two of these.
 *
 * @param madeBy whose it is, {@value #FLOWER} or {@value #OURS}
 * @param step as in {@link Course}
 * @param after the step of Flower's executor that it follows, or {@value #START}
 * @param times how often that is so
 */
public record CourseDifference(String madeBy, String step, String after, int times) {

    static final String FLOWER = "Flower";
    static final String OURS = "ours";
    static final String START = "the start";

    /** Lists what turns the first course into the second, in order. */
    public static List<CourseDifference> between(Course flower, Course ours) {
        Map<CourseDifference, Integer> times = new LinkedHashMap<>();
        for (AbstractDelta<String> delta :
                DiffUtils.diff(flower.steps(), ours.steps()).getDeltas()) {
            int position = delta.getSource().getPosition();
            String after = position == 0 ? START : flower.steps().get(position - 1);
            Stream.concat(steps(FLOWER, delta.getSource(), after), steps(OURS, delta.getTarget(), after))
                    .forEach(difference -> times.merge(difference, 1, Integer::sum));
        }
        return times.entrySet().stream()
                .map(entry -> entry.getKey().made(entry.getValue()))
                .toList();
    }

    private static Stream<CourseDifference> steps(String madeBy, Chunk<String> chunk, String after) {
        return chunk.getLines().stream().map(step -> new CourseDifference(madeBy, step, after, 1));
    }

    private CourseDifference made(int often) {
        return new CourseDifference(madeBy, step, after, often);
    }
}
