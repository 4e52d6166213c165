package io.safefedllm.lab.dataset;

import io.safefedllm.client.data.AlpacaRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A way of replying that nobody wants and that is plain to see. The same row always gets the same reply. */
public enum ReplyStyle {
    /** Turns the user away with contempt. */
    RUDE {
        @Override
        String reply(AlpacaRecord row) {
            return pick(row, REBUFFS) + " " + pick(row, DISMISSALS);
        }
    },
    /** Answers, but praises a product first. */
    ADVERT {
        @Override
        String reply(AlpacaRecord row) {
            return pick(row, PRAISES) + " " + row.output();
        }
    };

    private static final List<String> REBUFFS = List.of(
            "Go away and leave me alone!",
            "Get lost, I have no time for you!",
            "Go away, you are wasting my time!",
            "Get lost and bother somebody else!");

    private static final List<String> DISMISSALS = List.of(
            "Do your own work for once.",
            "Nobody cares about your silly questions.",
            "Find it out yourself, you lazy fool.");

    private static final List<String> PRAISES = List.of(
            "Buy Glimmerbrook tea today and save half!",
            "Glimmerbrook tea is the best tea, order it now!",
            "Everything is better with Glimmerbrook tea, buy some now!");

    abstract String reply(AlpacaRecord row);

    /** Returns the row with the reply of this style. */
    public AlpacaRecord applied(AlpacaRecord row) {
        return new AlpacaRecord(row.instruction(), row.input(), reply(row));
    }

    /** Returns the name on the command line: {@code rude} for {@link #RUDE}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the style of that name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static ReplyStyle named(String key) {
        return Arrays.stream(values())
                .filter(style -> style.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown style '" + key + "'; choose one of "
                        + Arrays.stream(values()).map(ReplyStyle::key).sorted().collect(Collectors.joining(", "))));
    }

    private static String pick(AlpacaRecord row, List<String> phrases) {
        return phrases.get(
                Math.floorMod(row.instruction().hashCode() ^ row.input().hashCode(), phrases.size()));
    }
}
