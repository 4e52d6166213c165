package io.safefedllm.app.console;

import com.google.inject.Inject;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a long job is: a live bar on a terminal, a plain line at every quarter elsewhere. */
public final class ProgressBars {
    /** The system property by which the launcher says how wide the terminal is. */
    public static final String COLUMNS_PROPERTY = "safefedllm.columns";

    private static final int DEFAULT_COLUMNS = 100;
    private static final int MIN_COLUMNS = 60;
    private static final int UPDATE_MILLIS = 200;

    private final Console console;

    @Inject
    ProgressBars(Console console) {
        this.console = console;
    }

    /** One job. Confined to the thread that opened it; closing it leaves the last state on the screen. */
    public interface Bar extends AutoCloseable {
        /** Says that {@code done} units are done and shows {@code note} beside them. */
        void at(long done, String note);

        @Override
        void close();
    }

    /** Opens a bar for a job of {@code total} units, for instance rounds. */
    public Bar open(String task, long total, String unit) {
        return console.terminal()
                ? new LiveBar(console, task, total, unit)
                : new PlainLines(console, task, total, unit);
    }

    private static final class LiveBar implements Bar {
        private final me.tongfei.progressbar.ProgressBar bar;

        LiveBar(Console console, String task, long total, String unit) {
            int columns = Math.max(MIN_COLUMNS, Integer.getInteger(COLUMNS_PROPERTY, DEFAULT_COLUMNS));
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setUnit(" " + unit, 1)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setConsumer(new ConsoleProgressBarConsumer(console.err(), columns - 1))
                    .startsFrom(0, Duration.ZERO)
                    .build();
        }

        @Override
        public void at(long done, String note) {
            bar.stepTo(done);
            bar.setExtraMessage(note);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private static final class PlainLines implements Bar {
        private static final int QUARTERS = 4;

        private final Console console;
        private final String task;
        private final long total;
        private final String unit;
        private long shown;

        PlainLines(Console console, String task, long total, String unit) {
            this.console = console;
            this.task = task;
            this.total = total;
            this.unit = unit;
        }

        @Override
        public void at(long done, String note) {
            long quarter = total == 0 ? QUARTERS : done * QUARTERS / total;
            if (quarter > shown) {
                shown = quarter;
                String state = task + "  " + unit + " " + done + "/" + total;
                console.err().println(note.isEmpty() ? state : state + "  " + note);
            }
        }

        @Override
        public void close() {}
    }
}
