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
        String bound = least == Integer.MIN_VALUE ? "" : " of at least " + least;
        throw new IllegalArgumentException(
                "the run's " + name.get() + " must be a whole number" + bound + " but was '" + value + "'");
    }

    /**
     * Returns a count: FlowerTune's if that is at least 1, else ours. Trainers write 0 and -1 for "not limited", which says nothing here.
     *
     * @throws IllegalArgumentException if FlowerTune's is no whole number, or ours is not one of at least 1
     */
    OptionalInt count(String flowerTune, String ours) {
        OptionalInt given = whole(Integer.MIN_VALUE, flowerTune);
        return given.orElse(0) >= 1 ? given : whole(1, ours);
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
