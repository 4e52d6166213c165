package io.safefedllm.app.config;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The form in which Flower's command line takes several settings in one argument: {@code 'partition-id=0 name="a b"'}. */
public final class KeyValues {
    private KeyValues() {}

    /**
     * Reads settings separated by blanks; values as in {@link DeploymentSettings#with}.
     *
     * @param option how the person named the argument, for the message
     * @throws Failure if a part is not {@code KEY=VALUE}
     */
    public static Map<String, Object> parse(String option, String text) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String part : split(text)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new Failure(
                        FailureCode.USAGE,
                        option + ": '" + part + "' is not KEY=VALUE",
                        "Write for instance " + option + " 'partition-id=0 num-partitions=10'");
            }
            values.put(part.substring(0, equals), DeploymentSettings.value(part.substring(equals + 1)));
        }
        return values;
    }

    /** Splits at blanks outside double quotes. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '"';
            if (Character.isWhitespace(c) && !quoted) {
                add(parts, part);
            } else {
                part.append(c);
            }
        }
        add(parts, part);
        return parts;
    }

    private static void add(List<String> parts, StringBuilder part) {
        if (part.length() > 0) {
            parts.add(part.toString());
            part.setLength(0);
        }
    }
}
