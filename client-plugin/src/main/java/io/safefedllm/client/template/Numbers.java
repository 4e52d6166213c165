package io.safefedllm.client.template;

/** Python's arithmetic on whole and other numbers. */
final class Numbers {
    private Numbers() {}

    static Object calculate(String operator, Number left, Number right) {
        if (left instanceof Long one && right instanceof Long other && !operator.equals("/")) {
            return whole(operator, one, other);
        }
        double one = left.doubleValue();
        double other = right.doubleValue();
        return switch (operator) {
            case "+" -> one + other;
            case "-" -> one - other;
            case "*" -> one * other;
            case "/" -> one / nonZero(other);
            case "//" -> Math.floor(one / nonZero(other));
            default -> one - other * Math.floor(one / nonZero(other));
        };
    }

    private static Object whole(String operator, long left, long right) {
        try {
            return switch (operator) {
                case "+" -> Math.addExact(left, right);
                case "-" -> Math.subtractExact(left, right);
                case "*" -> Math.multiplyExact(left, right);
                case "//" -> Math.floorDiv(left, nonZero(right));
                default -> Math.floorMod(left, nonZero(right));
            };
        } catch (ArithmeticException e) {
            throw new TemplateException("a whole number grows too large", e);
        }
    }

    private static long nonZero(long divisor) {
        nonZero((double) divisor);
        return divisor;
    }

    private static double nonZero(double divisor) {
        if (divisor == 0) {
            throw new TemplateException("a number is divided by 0");
        }
        return divisor;
    }
}
