package io.safefedllm.flower.app;

import io.safefedllm.flower.link.LogLevel;

/** Flower's format of log lines. */
final class FlowerLog {

    private static final int WIDTH = 8;
    private static final char ESCAPE = '\u001b';

    private FlowerLog() {}

    /** Returns one coloured line with its line feed; a text of several lines gets the head only once, as in Flower. */
    static String line(LogLevel level, String text) {
        String name = level.name();
        String pad = " ".repeat(Math.max(0, WIDTH - name.length()));
        return ESCAPE + "[" + colour(level) + "m" + name + " " + ESCAPE + "[0m: " + pad + " " + text + "\n";
    }

    private static int colour(LogLevel level) {
        return switch (level) {
            case DEBUG -> 94;
            case INFO -> 92;
            case WARNING -> 93;
            case ERROR -> 91;
            case CRITICAL -> 95;
        };
    }
}
