package io.safefedllm.lab.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.probe.store.AtomicFile;
import io.safefedllm.strategy.journal.JournalReader;
import io.safefedllm.strategy.journal.RunHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The report of a run, and the files of a simulation: {@code result.json}, {@code updates.json} (the points of the plot) and {@code report.html}. */
public final class ReportFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReportFiles() {}

    /** Writes all three; without a map of updates, two. */
    public static void write(Path directory, SimulationResult result, Optional<UpdateMap> updates) {
        ResultFile.write(directory.resolve("result.json"), result);
        if (updates.isPresent()) {
            Path file = directory.resolve("updates.json");
            try {
                String text = MAPPER.writeValueAsString(updates.get()) + "\n";
                AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file, e);
            }
        }
        ReportPage.write(directory.resolve("report.html"), result, updates);
    }

    /**
     * Draws {@code report.html} anew from the other files.
     *
     * @throws UncheckedIOException if {@code directory} holds no result of a simulation
     */
    public static Path render(Path directory) {
        Path page = directory.resolve("report.html");
        ReportPage.write(page, ResultFile.read(directory.resolve("result.json")), updates(directory));
        return page;
    }

    /**
     * Draws {@code report.html} of a run from its journal alone.
     *
     * @throws IOException if {@code directory} holds no journal, or one that cannot be read
     */
    public static Path renderJournal(Path directory) throws IOException {
        Path page = directory.resolve("report.html");
        RunHistory history = RunHistory.of(JournalReader.read(directory.resolve("journal.jsonl")));
        AtomicFile.write(page, JournalPage.html(history).getBytes(StandardCharsets.UTF_8));
        return page;
    }

    /**
     * Draws safe answers by round as an SVG file that is legible on light and dark ground.
     *
     * @throws UncheckedIOException if {@code directory} holds no result of a simulation, or the file cannot be written
     */
    public static void figure(Path directory, Path svg) {
        SimulationResult result = ResultFile.read(directory.resolve("result.json"));
        try {
            String text = new SafeAnswersChart(result.arms()).standalone() + "\n";
            AtomicFile.write(svg, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + svg, e);
        }
    }

    private static Optional<UpdateMap> updates(Path directory) {
        Path file = directory.resolve("updates.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.readValue(file.toFile(), UpdateMap.class));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " as the updates of a simulation", e);
        }
    }
}
