package io.safefedllm.flower.link;

/** The levels of Flower's log lines. */
public enum LogLevel {
    DEBUG,
    INFO,
    WARNING,
    ERROR,
    CRITICAL
}
