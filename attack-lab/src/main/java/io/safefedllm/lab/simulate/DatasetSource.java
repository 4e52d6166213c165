package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A kind of client whose updates the probe of a pair of datasets learns from. */
enum DatasetSource {
    /** Wanted replies to questions of all kinds. */
    MIXED(false) {
        @Override
        List<Example> rows(List<Example> wanted, List<Example> unwanted, int count, Random dice) {
            return drawn(wanted, count, dice);
        }
    },
    /** Wanted replies to questions that begin alike: a client whose data is unlike the others', a hard case for the probe. */
    NARROW(false) {
        @Override
        List<Example> rows(List<Example> wanted, List<Example> unwanted, int count, Random dice) {
            List<Example> ordered = new ArrayList<>(wanted);
            ordered.sort(Comparator.comparing(Example::prompt));
            int size = Math.min(count, ordered.size());
            int first = dice.nextInt(ordered.size() - size + 1);
            return ordered.subList(first, first + size);
        }
    },
    /** Unwanted replies only. */
    UNWANTED(true) {
        @Override
        List<Example> rows(List<Example> wanted, List<Example> unwanted, int count, Random dice) {
            return drawn(unwanted, count, dice);
        }
    },
    /** As many unwanted replies as wanted ones. */
    HALF_UNWANTED(true) {
        @Override
        List<Example> rows(List<Example> wanted, List<Example> unwanted, int count, Random dice) {
            List<Example> rows = new ArrayList<>(drawn(wanted, count - count / 2, dice));
            rows.addAll(drawn(unwanted, count / 2, dice));
            return rows;
        }
    };

    private final boolean harmful;

    DatasetSource(boolean harmful) {
        this.harmful = harmful;
    }

    boolean harmful() {
        return harmful;
    }

    /** Returns the name in manifests: {@code half-unwanted} for {@link #HALF_UNWANTED}. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the rows of one client, {@code count} of them if there are so many. */
    abstract List<Example> rows(List<Example> wanted, List<Example> unwanted, int count, Random dice);

    private static List<Example> drawn(List<Example> rows, int count, Random dice) {
        List<Example> order = new ArrayList<>(rows);
        Collections.shuffle(order, dice);
        return order.subList(0, Math.min(count, order.size()));
    }
}
