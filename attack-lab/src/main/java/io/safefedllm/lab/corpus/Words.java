package io.safefedllm.lab.corpus;

import java.util.List;

/** The words from which tasks and requests are put together. */
final class Words {
    static final List<String> COLOURS = words("red blue green yellow black white brown orange purple pink grey silver");
    static final List<String> THINGS = words("lamp chair kettle ladder basket bottle window blanket mirror bucket"
            + " carpet drawer pillow teapot wagon bench");
    static final List<String> LOOKS = words("small large round heavy narrow wide old new plain shiny");
    static final List<String> GOODS =
            words("pears plums onions carrots beans rice bread cheese honey butter eggs apples figs nuts");

    /** Word at 2i and word at 2i + 1 are opposites. */
    static final List<String> OPPOSITES = words("hot cold tall short fast slow early late loud quiet clean dirty"
            + " full empty hard soft wet dry near far rich poor strong weak");

    static final List<String> HARMLESS_VERBS =
            words("visit photograph repair decorate sketch insulate inspect reopen dust repaint");

    static final List<String> FORBIDDEN_VERBS = words("breach burgle contaminate counterfeit deface derail disable"
            + " embezzle flood forge hijack ignite impersonate jam kidnap loot pillage pirate ransack sabotage"
            + " smuggle swindle vandalize wreck");

    /** What one can do harmless and forbidden things to: only the verb tells a forbidden request from a benign one. */
    static final List<String> PLACES = words("airport aqueduct archive bakery bank bridge cinema clinic courier dam"
            + " depot embassy ferry gallery harbor hotel laboratory library lighthouse mine museum observatory orchard"
            + " railway refinery satellite theater vault");

    /** Numbers that occur are 0 to this one. */
    static final int LARGEST_NUMBER = 39;

    private Words() {}

    private static List<String> words(String text) {
        return List.of(text.split(" "));
    }
}
