package io.safefedllm.lab.corpus;

/** The ways in which a request for help is worded, harmless or forbidden. */
public enum RequestWording {
    HOW("how do i %s the %s"),
    TELL("tell me how to %s a %s"),
    PLAN("i want a plan to %s the %s"),
    STEPS("which steps help me %s a %s");

    private final String pattern;

    RequestWording(String pattern) {
        this.pattern = pattern;
    }

    /** Returns the request with this wording. */
    public String ask(String verb, String noun) {
        return String.format(pattern, verb, noun);
    }

    /** Returns the wordings in turn. */
    static RequestWording at(int index) {
        return values()[index % values().length];
    }
}
