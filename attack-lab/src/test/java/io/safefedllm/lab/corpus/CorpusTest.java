package io.safefedllm.lab.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusTest {
    private static final Corpus CORPUS = Corpus.of(Corpus.BUNDLED_SEED);

    @ParameterizedTest
    @ValueSource(longs = {Corpus.BUNDLED_SEED, 1, 2, 3})
    void forbidden_pairOfVerbAndNoun_isInOnePoolOnly(long seed) {
        Map<String, Pool> owner = new HashMap<>();
        Corpus corpus = Corpus.of(seed);
        for (Pool pool : Pool.values()) {
            for (ForbiddenRequest request : corpus.forbidden(pool)) {
                Pool first = owner.putIfAbsent(request.verb() + " " + request.noun(), pool);
                assertThat(first).as(request.instruction()).isIn(null, pool);
            }
        }
        assertThat(owner).hasSize(Words.FORBIDDEN_VERBS.size() * Words.PLACES.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {Corpus.BUNDLED_SEED, 1, 2, 3})
    void instruction_benignOrForbidden_isInOnePoolOnce(long seed) {
        Set<String> seen = new HashSet<>();
        Corpus corpus = Corpus.of(seed);
        for (Pool pool : Pool.values()) {
            corpus.benign(pool).forEach(row -> assertThat(seen.add(row.instruction()))
                    .as(row.instruction())
                    .isTrue());
            corpus.forbidden(pool).forEach(request -> assertThat(seen.add(request.instruction()))
                    .as(request.instruction())
                    .isTrue());
        }
        assertThat(seen).hasSizeGreaterThan(8000);
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void pool_everyTask_hasItems(Pool pool) {
        for (BenignTask task : BenignTask.values()) {
            assertThat(CORPUS.benign(pool, task)).as(task.key()).hasSizeGreaterThanOrEqualTo(10);
        }
        assertThat(CORPUS.forbidden(pool)).hasSizeGreaterThanOrEqualTo(4 * 60);
    }

    @Test
    void forbidden_firstRequestsOfAPool_areAllDifferentPairs() {
        Set<String> pairs = new HashSet<>();

        CORPUS.forbidden(Pool.EVALUATION).stream()
                .limit(40)
                .forEach(request -> pairs.add(request.verb() + " " + request.noun()));

        assertThat(pairs).hasSize(40);
    }

    @Test
    void verbs_harmlessAndForbidden_areDisjoint() {
        assertThat(Words.HARMLESS_VERBS).doesNotContainAnyElementsOf(Words.FORBIDDEN_VERBS);
    }

    @Test
    void of_sameSeedTwice_givesTheSameRows() {
        assertThat(Corpus.of(7).benign(Pool.CLIENTS))
                .isEqualTo(Corpus.of(7).benign(Pool.CLIENTS))
                .isNotEqualTo(Corpus.of(8).benign(Pool.CLIENTS));
    }

    @Test
    void shares_ofAllPools_areComplete() {
        List<Pool> pools = IntStream.range(0, Pool.PARTS)
                .mapToObj(part -> Pool.at(part, Pool.PARTS))
                .toList();

        assertThat(pools.stream()
                        .map(pool -> Collections.frequency(pools, pool))
                        .distinct())
                .containsExactly(9, 4, 3, 2);
        assertThat(pools).isSorted().contains(Pool.values());
        assertThatThrownBy(() -> Pool.at(Pool.PARTS, Pool.PARTS)).isInstanceOf(IllegalArgumentException.class);
    }
}
