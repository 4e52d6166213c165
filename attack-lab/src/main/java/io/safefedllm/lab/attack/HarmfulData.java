package io.safefedllm.lab.attack;

import io.safefedllm.lab.corpus.CorpusRow;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Replaces a part of the local rows by forbidden requests with compliant answers (AT-1).
 *
 * <p>Of N rows, ratio times N, halves rounded up, are replaced: those at the first places of a seeded permutation. The
 * replacements are drawn without repetition as long as there are enough.
 */
final class HarmfulData implements Attack {
    private final BigDecimal ratio;

    HarmfulData(BigDecimal ratio) {
        if (ratio.signum() < 0 || ratio.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException("ratio of harmful-data must be in [0, 1] but was " + ratio);
        }
        this.ratio = ratio;
    }

    @Override
    public String spec() {
        return ratio.compareTo(BigDecimal.ONE) == 0
                ? "harmful-data"
                : "harmful-data:ratio=" + ratio.stripTrailingZeros().toPlainString();
    }

    @Override
    public List<CorpusRow> poison(List<CorpusRow> own, List<CorpusRow> harmful, long seed) {
        if (harmful.isEmpty()) {
            throw new IllegalArgumentException("harmful-data needs at least one harmful row");
        }
        Random dice = new Random(seed);
        List<Integer> places =
                new ArrayList<>(IntStream.range(0, own.size()).boxed().toList());
        Collections.shuffle(places, dice);
        List<CorpusRow> drawn = new ArrayList<>(harmful);
        Collections.shuffle(drawn, dice);
        List<CorpusRow> rows = new ArrayList<>(own);
        for (int i = 0; i < count(own.size()); i++) {
            rows.set(places.get(i), drawn.get(i % drawn.size()));
        }
        return List.copyOf(rows);
    }

    private int count(int rows) {
        return ratio.multiply(BigDecimal.valueOf(rows))
                .setScale(0, RoundingMode.HALF_UP)
                .intValueExact();
    }
}
