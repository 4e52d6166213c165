package io.safefedllm.client.exchange;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Typed values of a run config; of several names for one thing the first that is set counts. */
final class RunValues {
    private final Map<String, Object> config;

    RunValues(Map<String, Object> config) {
        this.config = config;
    }

    /** Returns whether one of the names is set. FlowerTune's templates leave settings empty that nobody is to set. */
    private Optional<String> set(List<String> names) {
        return names.stream()
                .filter(name -> config.get(name) != null && !"".equals(config.get(name)))
                .findFirst();
    }

    /**
     * Returns a whole number.
     *
     * @throws IllegalArgumentException if the value is not one of at least {@code least}
     */
    OptionalInt whole(int least, String... names) {
        Optional<String> name = set(List.of(names));
        if (name.isEmpty()) {
            return OptionalInt.empty();
        }
        Object value = config.get(name.get());
        if (value instanceof Long number && number >= least && number <= Integer.MAX_VALUE) {
            return OptionalInt.of(number.intValue());
        }
        throw new IllegalArgumentException("the run's " + name.get() + " must be a whole number of at least " + least
                + " but was '" + value + "'");
    }

    /**
     * Returns a number.
     *
     * @throws IllegalArgumentException if the value is not one of at least {@code least}, or not finite
     */
    OptionalDouble number(double least, String... names) {
        Optional<String> name = set(List.of(names));
        if (name.isEmpty()) {
            return OptionalDouble.empty();
        }
        Object value = config.get(name.get());
        if (value instanceof Number number && number.doubleValue() >= least && Double.isFinite(number.doubleValue())) {
            return OptionalDouble.of(number.doubleValue());
        }
        throw new IllegalArgumentException(
                "the run's " + name.get() + " must be a number of at least " + least + " but was '" + value + "'");
    }

    /** Returns one of some words. */
    Optional<String> word(List<String> known, String name) {
        Optional<String> found = set(List.of(name)).map(key -> String.valueOf(config.get(key)));
        if (found.isPresent() && !known.contains(found.get())) {
            throw new IllegalArgumentException("the run's " + name + " must be one of " + String.join(", ", known)
                    + " but was '" + found.get() + "'");
        }
        return found;
    }
}
