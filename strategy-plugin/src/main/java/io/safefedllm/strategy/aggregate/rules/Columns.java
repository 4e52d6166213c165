package io.safefedllm.strategy.aggregate.rules;

/** Reads rows column by column, a block of columns at a time, for rules that look at every coordinate separately. */
final class Columns {

    /** Receives one column. */
    interface Visitor {
        /**
         * Looks at one column.
         *
         * @param column the coordinate
         * @param values its value in every row; valid during the call only
         * @param order the rows by ascending value, ties by row; valid during the call only
         */
        void visit(int column, double[] values, int[] order);
    }

    private Columns() {}

    /** Visits every column in ascending order. */
    static void forEach(LiveRows rows, Visitor visitor) {
        int m = rows.size();
        int columns = rows.columnsPerBlock();
        double[][] block = new double[m][columns];
        double[] values = new double[m];
        int[] order = new int[m];
        int[] scratch = new int[m];
        for (int from = 0; from < rows.width(); from += columns) {
            int length = Math.min(columns, rows.width() - from);
            for (int row = 0; row < m; row++) {
                rows.read(row, from, block[row], length);
            }
            for (int i = 0; i < length; i++) {
                for (int row = 0; row < m; row++) {
                    values[row] = block[row][i];
                    order[row] = row;
                }
                sort(order, scratch, values);
                visitor.visit(from + i, values, order);
            }
        }
    }

    /** Sorts row numbers by their value, ascending and stable: bottom-up merge sort. */
    static void sort(int[] order, int[] scratch, double[] values) {
        int n = order.length;
        for (int width = 1; width < n; width *= 2) {
            for (int start = 0; start < n; start += 2 * width) {
                merge(order, scratch, values, start, Math.min(start + width, n), Math.min(start + 2 * width, n));
            }
            System.arraycopy(scratch, 0, order, 0, n);
        }
    }

    private static void merge(int[] from, int[] to, double[] values, int start, int middle, int end) {
        int left = start;
        int right = middle;
        for (int k = start; k < end; k++) {
            boolean takeLeft = left < middle && (right >= end || values[from[left]] <= values[from[right]]);
            to[k] = takeLeft ? from[left++] : from[right++];
        }
    }
}
