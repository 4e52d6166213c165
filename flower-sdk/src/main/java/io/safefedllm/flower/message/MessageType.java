package io.safefedllm.flower.message;

import java.util.regex.Pattern;

/** The kinds of messages: {@code train}, {@code evaluate}, {@code query}, {@code system}, each with an optional action. */
public final class MessageType {
    /** Train on the node's data and return what was learned. */
    public static final String TRAIN = "train";

    /** Evaluate on the node's data. */
    public static final String EVALUATE = "evaluate";

    /** Answer a question. */
    public static final String QUERY = "query";

    /** Of the platform itself. */
    public static final String SYSTEM = "system";

    private static final Pattern VALID = Pattern.compile("(train|evaluate|query|system)(\\.[A-Za-z_][A-Za-z0-9_]*)?");
    private static final int LONGEST = 256;

    private MessageType() {}

    /** Returns whether {@code type} is one of the four kinds, alone or followed by a dot and an identifier. */
    public static boolean isValid(String type) {
        return type.length() <= LONGEST && VALID.matcher(type).matches();
    }
}
