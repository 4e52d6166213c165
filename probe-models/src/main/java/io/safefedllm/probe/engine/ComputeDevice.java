package io.safefedllm.probe.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to compute, as a user states it: {@code auto}, {@code cpu} or {@code cuda:N}.
 *
 * @param kind what was asked for
 * @param index number of the CUDA device, 0 or more; 0 for the other kinds
 */
public record ComputeDevice(Kind kind, int index) {
    /** The first CUDA device if it can be used, else the CPU. */
    public static final ComputeDevice AUTO = new ComputeDevice(Kind.AUTO, 0);

    /** The CPU. */
    public static final ComputeDevice CPU = new ComputeDevice(Kind.CPU, 0);

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    /** The three ways to name a device. */
    public enum Kind {
        /** Take CUDA where it is there. */
        AUTO,
        /** The CPU, whatever else is there. */
        CPU,
        /** A CUDA device, or an error. */
        CUDA
    }

    /** Returns the CUDA device of that number; using it without one is an error, never a silent CPU. */
    public static ComputeDevice cuda(int index) {
        return new ComputeDevice(Kind.CUDA, index);
    }

    /**
     * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    public static ComputeDevice parse(String text) {
        Matcher cuda = CUDA.matcher(text);
        if (cuda.matches()) {
            return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        return switch (text) {
            case "auto" -> AUTO;
            case "cpu" -> CPU;
            default ->
                throw new IllegalArgumentException("unknown device '" + text + "'; choose one of auto, cpu, cuda:N");
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case CUDA -> "cuda:" + index;
        };
    }
}
