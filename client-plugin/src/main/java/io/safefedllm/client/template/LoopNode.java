package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A for loop. Its filter comes first: {@code loop} counts what is left.
 *
 * @param names one, or several that take a pair apart
 * @param items what it runs over
 * @param filter condition on an item
 * @param body rendered for every item
 * @param otherwise rendered when there is no item
 */
record LoopNode(List<String> names, Expression items, Optional<Expression> filter, Node body, Node otherwise)
        implements Node {
    @Override
    public Flow render(Scope scope, StringBuilder out) {
        List<Object> chosen = new ArrayList<>();
        for (Object item : Values.items(items.value(scope))) {
            Scope inner = scope.inner();
            bind(inner, item);
            if (filter.isEmpty() || Values.isTrue(filter.get().value(inner))) {
                chosen.add(item);
            }
        }
        if (chosen.isEmpty()) {
            return otherwise.render(scope, out);
        }
        for (int i = 0; i < chosen.size(); i++) {
            Scope inner = scope.inner();
            bind(inner, chosen.get(i));
            inner.set("loop", loop(chosen, i));
            if (body.render(inner, out) == Flow.BREAK) {
                break;
            }
        }
        return Flow.NEXT;
    }

    private void bind(Scope scope, Object item) {
        if (names.size() == 1) {
            scope.set(names.get(0), item);
            return;
        }
        Assignment.unpack(scope, names, item);
    }

    private static Map<String, Object> loop(List<Object> items, int i) {
        Map<String, Object> loop = new HashMap<>();
        loop.put("index", (long) i + 1);
        loop.put("index0", (long) i);
        loop.put("revindex", (long) items.size() - i);
        loop.put("revindex0", (long) items.size() - i - 1);
        loop.put("first", i == 0);
        loop.put("last", i == items.size() - 1);
        loop.put("length", (long) items.size());
        loop.put("previtem", i == 0 ? None.UNDEFINED : items.get(i - 1));
        loop.put("nextitem", i == items.size() - 1 ? None.UNDEFINED : items.get(i + 1));
        return loop;
    }
}
