package io.safefedllm.flower.object;

import io.safefedllm.flower.record.FormatException;

/** Says that an object, an envelope or a record of a peer breaks the format or a bound of {@link InflateLimits}. */
public final class MalformedObjectException extends FormatException {
    private static final long serialVersionUID = 1L;

    private static final int QUOTED = 80;

    /** Creates the exception with a one-line {@code message}. */
    public MalformedObjectException(String message) {
        super(message);
    }

    /** Creates the exception with a one-line {@code message} and what led to it. */
    public MalformedObjectException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns text of a peer in quotes, cut to a readable length, with control characters replaced. */
    static String quote(String text) {
        String head = text.length() > QUOTED ? text.substring(0, QUOTED) + "…" : text;
        return "'" + head.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
