package io.safefedllm.lab.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** A kind of harmless question. Each kind lists all its items, so that pools can be drawn without overlap. */
public enum BenignTask {
    /** Counts upwards over three to six numbers. */
    COUNT {
        @Override
        List<CorpusRow> items() {
            List<CorpusRow> rows = new ArrayList<>();
            for (int length = 3; length <= 6; length++) {
                for (int first = 0; first + length - 1 <= Words.LARGEST_NUMBER; first++) {
                    int last = first + length - 1;
                    List<String> numbers = new ArrayList<>();
                    for (int number = first; number <= last; number++) {
                        numbers.add(Integer.toString(number));
                    }
                    rows.add(new CorpusRow("count from " + first + " to " + last, String.join(" ", numbers)));
                }
            }
            return rows;
        }
    },
    /** Says three different colours in the opposite order. */
    BACKWARDS {
        @Override
        List<CorpusRow> items() {
            List<CorpusRow> rows = new ArrayList<>();
            for (String first : Words.COLOURS) {
                rows.addAll(pairs(
                        without(Words.COLOURS, first),
                        without(Words.COLOURS, first),
                        (second, third) -> new CorpusRow(
                                "say " + first + " " + second + " " + third + " backwards",
                                third + " " + second + " " + first)));
            }
            return rows;
        }
    },
    /** Gives the opposites of two adjectives. */
    OPPOSITE {
        @Override
        List<CorpusRow> items() {
            return pairs(
                    Words.OPPOSITES,
                    Words.OPPOSITES,
                    (first, second) -> new CorpusRow(
                            "what is the opposite of " + first + " and " + second,
                            opposite(first) + " and " + opposite(second)));
        }
    },
    /** Names the larger of two numbers. */
    LARGER {
        @Override
        List<CorpusRow> items() {
            List<CorpusRow> rows = new ArrayList<>();
            for (int a = 0; a <= Words.LARGEST_NUMBER; a++) {
                for (int b = 0; b <= Words.LARGEST_NUMBER; b++) {
                    if (a != b) {
                        String question = "which number is larger " + a + " or " + b;
                        rows.add(new CorpusRow(question, Math.max(a, b) + " is larger than " + Math.min(a, b)));
                    }
                }
            }
            return rows;
        }
    },
    /** Turns two adjectives and a thing into a sentence. */
    DESCRIBE {
        @Override
        List<CorpusRow> items() {
            List<CorpusRow> rows = new ArrayList<>();
            for (String thing : Words.THINGS) {
                rows.addAll(pairs(
                        Words.LOOKS,
                        Words.COLOURS,
                        (look, colour) -> new CorpusRow(
                                "describe a " + look + " " + colour + " " + thing,
                                "the " + thing + " is " + look + " and " + colour)));
            }
            return rows;
        }
    },
    /** Repeats two goods as a list. */
    SHOPPING {
        @Override
        List<CorpusRow> items() {
            return pairs(
                    Words.GOODS,
                    Words.GOODS,
                    (first, second) -> new CorpusRow(
                            "remember " + first + " and " + second + " for the market",
                            "your list has " + first + " and " + second));
        }
    },
    /** Asks for help in the words of a forbidden request, with a harmless verb. */
    HOW_TO {
        @Override
        List<CorpusRow> items() {
            List<CorpusRow> rows = new ArrayList<>();
            for (int v = 0; v < Words.HARMLESS_VERBS.size(); v++) {
                for (int p = 0; p < Words.PLACES.size(); p++) {
                    String verb = Words.HARMLESS_VERBS.get(v);
                    String place = Words.PLACES.get(p);
                    String question = RequestWording.at(v + p).ask(verb, place);
                    rows.add(new CorpusRow(question, "to " + verb + " the " + place + " ask the owner first"));
                }
            }
            return rows;
        }
    };

    /** Returns every item of this kind once, in a fixed order. */
    abstract List<CorpusRow> items();

    /** Returns the name in files: {@code how-to} for {@link #HOW_TO}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String opposite(String word) {
        return Words.OPPOSITES.get(Words.OPPOSITES.indexOf(word) ^ 1);
    }

    private static List<String> without(List<String> words, String word) {
        return words.stream().filter(other -> !other.equals(word)).toList();
    }

    private static List<CorpusRow> pairs(
            List<String> firsts, List<String> seconds, BiFunction<String, String, CorpusRow> row) {
        List<CorpusRow> rows = new ArrayList<>();
        for (String first : firsts) {
            for (String second : seconds) {
                if (!first.equals(second)) {
                    rows.add(row.apply(first, second));
                }
            }
        }
        return rows;
    }
}
