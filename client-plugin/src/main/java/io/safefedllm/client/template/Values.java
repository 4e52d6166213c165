package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's ways with the values of templates. */
final class Values {
    private Values() {}

    static boolean isTrue(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return !(value instanceof None);
    }

    /** What an output writes. */
    static String print(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        }
        if (value == None.NONE) {
            return "None";
        }
        if (value == None.UNDEFINED) {
            return "";
        }
        if (value instanceof String || value instanceof Long || value instanceof Double) {
            return value.toString();
        }
        throw new TemplateException("only text and numbers can be written but a template writes a " + kind(value)
                + "; use the filter tojson");
    }

    static String kind(Object value) {
        if (value instanceof None none) {
            return none == None.NONE ? "none" : "name that is not set";
        }
        if (value instanceof List<?>) {
            return "list";
        }
        if (value instanceof Map<?, ?> || value instanceof Namespace) {
            return "mapping";
        }
        if (value instanceof Callable) {
            return "function";
        }
        return value instanceof String ? "string" : value instanceof Boolean ? "truth value" : "number";
    }

    static boolean compare(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> areEqual(left, right);
            case "!=" -> !areEqual(left, right);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            default -> isOrdered(operator, left, right);
        };
    }

    static boolean areEqual(Object left, Object right) {
        if (left instanceof Number one && right instanceof Number other) {
            return one.doubleValue() == other.doubleValue();
        }
        return left.equals(right);
    }

    private static boolean isOrdered(String operator, Object left, Object right) {
        int order;
        if (left instanceof Number one && right instanceof Number other) {
            order = Double.compare(one.doubleValue(), other.doubleValue());
        } else if (left instanceof String one && right instanceof String other) {
            order = one.compareTo(other);
        } else {
            throw new TemplateException("a " + kind(left) + " and a " + kind(right) + " have no order");
        }
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static boolean contains(Object container, Object element) {
        if (container instanceof String text && element instanceof String part) {
            return text.contains(part);
        }
        if (container instanceof List<?> list) {
            return list.stream().anyMatch(item -> areEqual(item, element));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(element);
        }
        throw new TemplateException("a " + kind(container) + " cannot contain a " + kind(element));
    }

    static Object calculate(String operator, Object left, Object right) {
        if (left instanceof Number one && right instanceof Number other) {
            return Numbers.calculate(operator, one, other);
        }
        if (operator.equals("+") && left instanceof String one && right instanceof String other) {
            return one + other;
        }
        if (operator.equals("+") && left instanceof List<?> one && right instanceof List<?> other) {
            List<Object> all = new ArrayList<>(one);
            all.addAll(other);
            return all;
        }
        if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
            return text.repeat((int) Math.max(0, Math.min(times, Slices.LONGEST)));
        }
        throw new TemplateException("cannot calculate " + kind(left) + " " + operator + " " + kind(right));
    }

    static Object attribute(Object owner, String name) {
        if (owner instanceof Namespace namespace) {
            return namespace.get(name);
        }
        if (owner instanceof Map<?, ?> map && map.containsKey(name)) {
            return item(map, name);
        }
        if (owner == None.UNDEFINED) {
            throw new TemplateException("'" + name + "' is asked of a name that is not set");
        }
        return Methods.of(owner, name);
    }

    static Object item(Object owner, Object key) {
        if (owner instanceof Map<?, ?> map) {
            Object value = map.get(key);
            if (value != null) {
                return value;
            }
            return key instanceof String name ? Methods.of(owner, name) : None.UNDEFINED;
        }
        if (owner instanceof List<?> list && key instanceof Long index) {
            long at = index < 0 ? index + list.size() : index;
            return at >= 0 && at < list.size() ? list.get((int) at) : None.UNDEFINED;
        }
        if (owner instanceof String text && key instanceof Long index) {
            int length = text.codePointCount(0, text.length());
            long at = index < 0 ? index + length : index;
            return at >= 0 && at < length ? Slices.characters(text).get((int) at) : None.UNDEFINED;
        }
        if (key instanceof String name) {
            return attribute(owner, name);
        }
        throw new TemplateException("a " + kind(owner) + " has no items by " + kind(key));
    }

    static Object call(Object function, Arguments arguments) {
        if (function instanceof Callable callable) {
            return callable.call(arguments);
        }
        throw new TemplateException("a " + kind(function) + " cannot be called");
    }

    /** What a loop runs over: items, keys, or characters. */
    static List<?> items(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        if (value instanceof Map<?, ?> map) {
            return List.copyOf(map.keySet());
        }
        if (value instanceof String text) {
            return Slices.characters(text);
        }
        if (value == None.UNDEFINED) {
            return List.of();
        }
        throw new TemplateException("a " + kind(value) + " cannot be run through");
    }
}
