package io.safefedllm.client.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's strftime in English, as far as templates use it. */
final class Dates {
    private static final Pattern FIELD = Pattern.compile("%(.)");

    private Dates() {}

    static String format(String pattern, LocalDateTime when) {
        return FIELD.matcher(pattern)
                .replaceAll(
                        match -> Matcher.quoteReplacement(field(match.group(1).charAt(0), when)));
    }

    private static String field(char field, LocalDateTime when) {
        String java =
                switch (field) {
                    case 'd' -> "dd";
                    case 'm' -> "MM";
                    case 'b' -> "MMM";
                    case 'B' -> "MMMM";
                    case 'y' -> "yy";
                    case 'Y' -> "yyyy";
                    case 'a' -> "EEE";
                    case 'A' -> "EEEE";
                    case 'H' -> "HH";
                    case 'M' -> "mm";
                    case 'S' -> "ss";
                    case 'j' -> "DDD";
                    case '%' -> "'%'";
                    default -> throw new TemplateException("strftime_now does not know '%" + field + "'");
                };
        return DateTimeFormatter.ofPattern(java, Locale.ENGLISH).format(when);
    }
}
