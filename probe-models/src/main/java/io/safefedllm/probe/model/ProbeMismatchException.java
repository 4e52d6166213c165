package io.safefedllm.probe.model;

/** A probe was made for other adapters than the one it is to judge. The message is one line with the first difference. */
public final class ProbeMismatchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ProbeMismatchException(String message) {
        super(message);
    }
}
