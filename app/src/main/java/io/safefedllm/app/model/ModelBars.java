package io.safefedllm.app.model;

import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.client.download.ModelStore;
import org.jspecify.annotations.Nullable;

/** Shows a download, then an import, each as a bar of its own in millions. */
final class ModelBars implements ModelStore.Progress, AutoCloseable {
    private static final long MILLION = 1_000_000;

    private final ProgressBars bars;
    private @Nullable Stage stage;

    /** What is shown now. */
    private record Stage(String task, ProgressBars.Bar bar) {}

    ModelBars(ProgressBars bars) {
        this.bars = bars;
    }

    @Override
    public void fetched(long done, long total) {
        at("fetching", "MB", done, total);
    }

    @Override
    public void written(long done, long total) {
        at("importing", "M parameters", done, total);
    }

    private void at(String task, String unit, long done, long total) {
        Stage now = stage;
        if (now == null || !now.task().equals(task)) {
            close();
            now = new Stage(task, bars.open(task, (total + MILLION - 1) / MILLION, unit));
            stage = now;
        }
        now.bar().at((done + MILLION - 1) / MILLION, "");
    }

    @Override
    public void close() {
        if (stage != null) {
            stage.bar().close();
        }
    }
}
