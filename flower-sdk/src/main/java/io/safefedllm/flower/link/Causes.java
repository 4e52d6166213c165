package io.safefedllm.flower.link;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks into the causes of an exception. */
public final class Causes {

    private Causes() {}

    /** Returns the first of the failure and its causes that is of the kind; nothing without a failure. */
    public static <T extends Throwable> Optional<T> find(@Nullable Throwable failure, Class<T> kind) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return Optional.of(kind.cast(at));
            }
        }
        return Optional.empty();
    }

    /** Returns whether the failure or one of its causes is of the kind. */
    public static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        return find(failure, kind).isPresent();
    }
}
