package io.safefedllm.client.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Typed values of a run config; of several names for one thing the first that is set counts. */
final class RunValues {
    private final Map<String, Object> config;

    RunValues(Map<String, Object> config) {
        this.config = config;
    }

    /** Returns the first key that is set. FlowerTune's templates leave settings empty that nobody is to set. */
    private Optional<RunKey> set(RunKey... keys) {
        return Arrays.stream(keys).filter(key -> isSet(config.get(key.key()))).findFirst();
    }

    static boolean isSet(@Nullable Object value) {
        return value != null && !"".equals(value);
    }

    /** Returns the value of the first key that is set. */
    Optional<Object> value(RunKey... keys) {
        return set(keys).map(key -> config.get(key.key()));
    }

    /**
     * Returns a whole number.
     *
     * @throws IllegalArgumentException if the value is not one of at least {@code least}
     */
    OptionalInt whole(int least, RunKey... keys) {
        Optional<Object> set = value(keys);
        if (set.isEmpty()) {
            return OptionalInt.empty();
        }
        Object value = set.get();
        if (value instanceof Long number && number >= least && number <= Integer.MAX_VALUE) {
            return OptionalInt.of(number.intValue());
        }
        String bound = least == Integer.MIN_VALUE ? "" : " of at least " + least;
        throw refused(" must be a whole number" + bound, keys);
    }

    /**
     * Returns a count: FlowerTune's if that is at least 1, else ours. Trainers write 0 and -1 for "not limited", which says nothing here.
     *
     * @throws IllegalArgumentException if FlowerTune's is no whole number, or ours is not one of at least 1
     */
    OptionalInt count(RunKey flowerTune, RunKey ours) {
        OptionalInt given = whole(Integer.MIN_VALUE, flowerTune);
        return given.orElse(0) >= 1 ? given : whole(1, ours);
    }

    /**
     * Returns a number.
     *
     * @throws IllegalArgumentException if the value is not one of at least {@code least}, or not finite
     */
    OptionalDouble number(double least, RunKey... keys) {
        Optional<Object> set = value(keys);
        if (set.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (set.get() instanceof Number number
                && number.doubleValue() >= least
                && Double.isFinite(number.doubleValue())) {
            return OptionalDouble.of(number.doubleValue());
        }
        throw refused(" must be a number of at least " + least, keys);
    }

    /** Returns one of some words. */
    Optional<String> word(List<String> known, RunKey key) {
        Optional<String> found = value(key).map(String::valueOf);
        if (found.isPresent() && !known.contains(found.get())) {
            throw refused(" must be one of " + String.join(", ", known), key);
        }
        return found;
    }

    /** Returns the exception that says which of the keys has a value of no use. */
    IllegalArgumentException refused(String rule, RunKey... keys) {
        RunKey key = set(keys).orElseThrow();
        return new IllegalArgumentException("the run's " + key + rule + " but was '" + config.get(key.key()) + "'");
    }
}
