package io.safefedllm.it.harness;

import java.util.List;
import java.util.stream.Stream;

/** Joins argument lists. */
final class Lists {

    private Lists() {}

    static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    static List<String> concat(List<String> first, List<String> second, List<String> third) {
        return concat(concat(first, second), third);
    }
}
