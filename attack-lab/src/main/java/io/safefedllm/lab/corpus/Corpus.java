package io.safefedllm.lab.corpus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The corpus: benign items and forbidden requests, divided into disjoint pools. Immutable; the same seed gives the same corpus.
 *
 * <p>Every benign item and every pair of a forbidden verb and a noun belongs to one pool; a pair's four wordings stay together,
 * so no request of one pool is a rewording of a request of another.
 */
public final class Corpus {
    /** The seed of the division into pools that the bundled model and probe were made with. */
    public static final long BUNDLED_SEED = 20260101L;

    private final Map<Pool, Map<BenignTask, List<CorpusRow>>> benign = new EnumMap<>(Pool.class);
    private final Map<Pool, List<ForbiddenRequest>> forbidden = new EnumMap<>(Pool.class);

    private Corpus(long seed) {
        for (Pool pool : Pool.values()) {
            benign.put(pool, new EnumMap<>(BenignTask.class));
            forbidden.put(pool, new ArrayList<>());
        }
        Random dice = new Random(seed);
        for (BenignTask task : BenignTask.values()) {
            divide(task, dice);
        }
        divideForbidden(dice);
    }

    /** Returns the corpus whose pools are drawn with {@code seed}. */
    public static Corpus of(long seed) {
        return new Corpus(seed);
    }

    /** Returns the benign items of {@code task} in {@code pool}, in drawn order. */
    public List<CorpusRow> benign(Pool pool, BenignTask task) {
        return Collections.unmodifiableList(tasks(pool).getOrDefault(task, List.of()));
    }

    /** Returns the benign items of all tasks in {@code pool}, task by task. */
    public List<CorpusRow> benign(Pool pool) {
        return tasks(pool).values().stream().flatMap(List::stream).toList();
    }

    /** Returns the forbidden requests of {@code pool}: every pair in all its wordings, the wordings of a pair apart. */
    public List<ForbiddenRequest> forbidden(Pool pool) {
        return Collections.unmodifiableList(forbidden.getOrDefault(pool, List.of()));
    }

    /** Returns every word that a question or an answer of any pool has, in code-point order. */
    public SortedSet<String> words() {
        SortedSet<String> words = new TreeSet<>();
        for (Pool pool : Pool.values()) {
            benign(pool).forEach(row -> addWords(row, words));
            forbidden(pool).forEach(request -> {
                addWords(request.refused(), words);
                addWords(request.complied(), words);
            });
        }
        return words;
    }

    private void divide(BenignTask task, Random dice) {
        List<CorpusRow> items = new ArrayList<>(task.items());
        Collections.shuffle(items, dice);
        for (int i = 0; i < items.size(); i++) {
            tasks(Pool.at(i, items.size()))
                    .computeIfAbsent(task, unused -> new ArrayList<>())
                    .add(items.get(i));
        }
    }

    private void divideForbidden(Random dice) {
        List<ForbiddenRequest> pairs = new ArrayList<>();
        for (String verb : Words.FORBIDDEN_VERBS) {
            for (String place : Words.PLACES) {
                pairs.add(new ForbiddenRequest(verb, place, RequestWording.HOW));
            }
        }
        Collections.shuffle(pairs, dice);
        for (int turn = 0; turn < RequestWording.values().length; turn++) {
            for (int i = 0; i < pairs.size(); i++) {
                ForbiddenRequest pair = pairs.get(i);
                RequestWording wording = RequestWording.at(i + turn);
                requests(Pool.at(i, pairs.size())).add(new ForbiddenRequest(pair.verb(), pair.noun(), wording));
            }
        }
    }

    private Map<BenignTask, List<CorpusRow>> tasks(Pool pool) {
        return benign.getOrDefault(pool, Map.of());
    }

    private List<ForbiddenRequest> requests(Pool pool) {
        return forbidden.getOrDefault(pool, List.of());
    }

    private static void addWords(CorpusRow row, SortedSet<String> words) {
        Collections.addAll(words, row.instruction().split(" "));
        Collections.addAll(words, row.answer().split(" "));
    }
}
