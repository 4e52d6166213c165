package io.safefedllm.app.console;

import java.util.ArrayList;
import java.util.List;

/** A table in columns for people: first column left, the others right, two blanks between. Not thread-safe. */
public final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    /** Makes a table whose first row is {@code header}. */
    public TextTable(List<String> header) {
        rows.add(List.copyOf(header));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it has another number of cells than the header
     */
    public void add(List<String> cells) {
        if (cells.size() != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    "a row must have " + rows.get(0).size() + " cells but has " + cells.size());
        }
        rows.add(List.copyOf(cells));
    }

    /** Returns the lines, each with its line feed and without blanks at its end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String pad = " ".repeat(width(column) - row.get(column).length());
                line.append(column == 0 ? row.get(column) + pad : "  " + pad + row.get(column));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
