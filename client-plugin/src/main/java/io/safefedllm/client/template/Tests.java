package io.safefedllm.client.template;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What stands behind {@code is}. */
final class Tests {
    private static final Set<String> PLAIN = Set.of(
            "boolean",
            "callable",
            "defined",
            "even",
            "false",
            "float",
            "integer",
            "iterable",
            "mapping",
            "none",
            "number",
            "odd",
            "sequence",
            "string",
            "true",
            "undefined");
    private static final Set<String> WITH_OPERAND = Set.of("divisibleby", "eq", "equalto", "in", "ne");

    private Tests() {}

    static void require(String name) {
        if (!PLAIN.contains(name) && !WITH_OPERAND.contains(name)) {
            throw new TemplateException("test '" + name + "' is not supported; known: "
                    + Stream.concat(PLAIN.stream(), WITH_OPERAND.stream())
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
    }

    static boolean takesOperand(String name) {
        return WITH_OPERAND.contains(name);
    }

    static boolean holds(String name, Object value, Arguments arguments) {
        require(name);
        if (takesOperand(name)) {
            Object operand = arguments
                    .get(0, "other")
                    .orElseThrow(() -> new TemplateException("test '" + name + "' needs something to compare with"));
            return holds(name, value, operand);
        }
        return switch (name) {
            case "defined" -> value != None.UNDEFINED;
            case "undefined" -> value == None.UNDEFINED;
            case "none" -> value == None.NONE;
            case "true" -> value.equals(true);
            case "false" -> value.equals(false);
            case "boolean" -> value instanceof Boolean;
            case "string" -> value instanceof String;
            case "number" -> value instanceof Number || value instanceof Boolean;
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "mapping" -> value instanceof Map;
            case "callable" -> value instanceof Callable;
            case "iterable", "sequence" -> value instanceof List || value instanceof String || value instanceof Map;
            case "odd" -> remainder(value, 2) == 1;
            default -> remainder(value, 2) == 0;
        };
    }

    private static boolean holds(String name, Object value, Object operand) {
        return switch (name) {
            case "in" -> Values.compare("in", value, operand);
            case "ne" -> !Values.areEqual(value, operand);
            case "divisibleby" -> operand instanceof Long divisor && divisor != 0 && remainder(value, divisor) == 0;
            default -> Values.areEqual(value, operand);
        };
    }

    private static long remainder(Object value, long divisor) {
        if (value instanceof Long number) {
            return Math.floorMod(number, divisor);
        }
        throw new TemplateException("a " + Values.kind(value) + " is not divided; a whole number is needed");
    }
}
