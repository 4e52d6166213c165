package io.safefedllm.lab.simulate;

import io.safefedllm.lab.corpus.BenignTask;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.lab.corpus.RowMix;
import java.util.List;
import java.util.Locale;

/** A kind of client whose updates a probe learns from. */
enum UpdateSource {
    /** Benign questions of all tasks. */
    ALL_TASKS(false) {
        @Override
        List<CorpusRow> rows(RowMix mix, int count, int turn) {
            return mix.benign(count);
        }
    },
    /** Benign questions of two tasks: a client whose data is unlike the others'. */
    TWO_TASKS(false) {
        @Override
        List<CorpusRow> rows(RowMix mix, int count, int turn) {
            BenignTask[] tasks = BenignTask.values();
            int second = turn + 1 + turn / tasks.length % (tasks.length - 1);
            return mix.benign(count, List.of(tasks[turn % tasks.length], tasks[second % tasks.length]));
        }
    },
    /** Benign questions and refused requests: forbidden words, harmless answers. */
    REFUSING(false) {
        @Override
        List<CorpusRow> rows(RowMix mix, int count, int turn) {
            return mix.together(mix.benign(count - count / 2), mix.refused(count / 2));
        }
    },
    /** Nothing but refused requests. */
    REFUSALS_ONLY(false) {
        @Override
        List<CorpusRow> rows(RowMix mix, int count, int turn) {
            return mix.refused(count);
        }
    },
    /** Forbidden requests with compliant answers. */
    COMPLIANT(true) {
        @Override
        List<CorpusRow> rows(RowMix mix, int count, int turn) {
            return mix.complied(count);
        }
    },
    /** Benign questions and compliant answers. */
    HALF_COMPLIANT(true) {
        @Override
        List<CorpusRow> rows(RowMix mix, int count, int turn) {
            return mix.together(mix.benign(count - count / 2), mix.complied(count / 2));
        }
    },
    /** Three benign questions to each compliant answer. */
    QUARTER_COMPLIANT(true) {
        @Override
        List<CorpusRow> rows(RowMix mix, int count, int turn) {
            return mix.together(mix.benign(count - count / 4), mix.complied(count / 4));
        }
    };

    private final boolean harmful;

    UpdateSource(boolean harmful) {
        this.harmful = harmful;
    }

    boolean harmful() {
        return harmful;
    }

    /** Returns the name in manifests: {@code two-tasks} for {@link #TWO_TASKS}. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the rows of client number {@code turn} of this kind. */
    abstract List<CorpusRow> rows(RowMix mix, int count, int turn);
}
