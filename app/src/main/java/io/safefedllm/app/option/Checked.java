package io.safefedllm.app.option;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import java.util.function.Supplier;

/** Turns the refusal of a value that a person typed into wrong usage. */
public final class Checked {
    private Checked() {}

    /** Returns what {@code maker} makes; its {@link IllegalArgumentException} is wrong usage with the same message. */
    public static <T> T usage(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw new Failure(FailureCode.USAGE, String.valueOf(e.getMessage()), "", e);
        }
    }
}
