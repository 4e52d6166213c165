package io.safefedllm.docs;

import io.safefedllm.it.relay.CourseDifference;
import java.util.Arrays;
import java.util.List;

/** What docs/WIRE.md says our executor does otherwise than Flower's, on purpose: the list that the test of it goes by. */
public final class DeliberateDifferences {

    private static final int HEADING = 2;
    private static final int COLUMNS = 6;

    private DeliberateDifferences() {}

    /** Returns the rows of a release, in the order of the table; each must give its reason. */
    public static List<CourseDifference> documented(String flower) {
        return Repository.table("docs/WIRE.md", "executor-differences").stream()
                .skip(HEADING)
                .map(DeliberateDifferences::cells)
                .filter(cells -> cells.get(0).equals(flower))
                .map(cells ->
                        new CourseDifference(cells.get(1), cells.get(2), cells.get(3), Integer.parseInt(cells.get(4))))
                .toList();
    }

    private static List<String> cells(String row) {
        List<String> cells = Arrays.stream(row.substring(1).split("\\|", -1))
                .map(cell -> cell.strip().replace("`", ""))
                .filter(cell -> !cell.isEmpty())
                .toList();
        if (cells.size() != COLUMNS) {
            throw new IllegalStateException("docs/WIRE.md: not a difference with its reason: " + row);
        }
        return cells;
    }
}
