package io.safefedllm.lab.attack;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The parameters of one attack as they were given, with the card's defaults for the others. */
final class Settings {
    /** A value that the attack finds out from its federation. */
    static final String AUTO = "auto";

    private final AttackCard card;
    private final Map<String, String> given;

    private Settings(AttackCard card, Map<String, String> given) {
        this.card = card;
        this.given = given;
    }

    /**
     * Reads {@code PARAMETER=VALUE,PARAMETER=VALUE}; an empty text gives the defaults.
     *
     * @throws IllegalArgumentException if the text is of another form or names a parameter that the card does not have
     */
    static Settings read(AttackCard card, String text) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] keyValue = pair.split("=", -1);
            if (keyValue.length != 2 || given.put(keyValue[0].strip(), keyValue[1].strip()) != null) {
                throw new IllegalArgumentException("cannot read attack '" + card.name() + ":" + text
                        + "'; write NAME or NAME:PARAMETER=VALUE, each parameter once");
            }
        }
        List<String> known =
                card.parameters().stream().map(AttackParameter::name).toList();
        for (String key : given.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException("unknown parameter '" + key + "' of attack '" + card.name()
                        + (known.isEmpty() ? "'; it has none" : "'; it knows " + card.usage()));
            }
        }
        return new Settings(card, given);
    }

    /** Returns the name with the parameters that are not at their defaults, in the order of the card, numbers without superfluous digits. */
    String spec() {
        StringBuilder spec = new StringBuilder(card.name());
        char mark = ':';
        for (AttackParameter parameter : card.parameters()) {
            String value = canonical(text(parameter.name()));
            if (!value.equals(canonical(parameter.fallback()))) {
                spec.append(mark).append(parameter.name()).append('=').append(value);
                mark = ',';
            }
        }
        return spec.toString();
    }

    private static String canonical(String value) {
        try {
            BigDecimal number = new BigDecimal(value);
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        } catch (NumberFormatException e) {
            return value;
        }
    }

    String text(String name) {
        String value = given.get(name);
        if (value != null) {
            return value;
        }
        return card.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(card.name() + " has no parameter " + name))
                .fallback();
    }

    /** Returns a decimal number. */
    BigDecimal decimal(String name) {
        try {
            return new BigDecimal(text(name));
        } catch (NumberFormatException e) {
            throw wrong(name, "a number", e);
        }
    }

    double number(String name) {
        double value = decimal(name).doubleValue();
        if (!Double.isFinite(value)) {
            throw wrong(name, "a finite number", null);
        }
        return value;
    }

    /** Returns a finite number above 0. */
    double positive(String name) {
        double value = number(name);
        if (!(value > 0)) {
            throw wrong(name, "above 0", null);
        }
        return value;
    }

    /** Returns a finite number of at least 0. */
    double notNegative(String name) {
        double value = number(name);
        if (!(value >= 0)) {
            throw wrong(name, "at least 0", null);
        }
        return value;
    }

    /** Refuses a parameter that means nothing beside the others. */
    void refuse(String name, String because) {
        if (given.containsKey(name)) {
            throw new IllegalArgumentException(
                    name + " of attack '" + card.name() + "' means nothing where " + because + "; leave it out");
        }
    }

    /** Returns a whole number in [least, most]. */
    int integer(String name, int least, int most) {
        try {
            int value = Integer.parseInt(text(name));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, "a whole number", e);
        }
        throw wrong(name, "in [" + least + ", " + most + "]", null);
    }

    OptionalInt integerOrAuto(String name, int least, int most) {
        return text(name).equals(AUTO) ? OptionalInt.empty() : OptionalInt.of(integer(name, least, most));
    }

    /** Returns a finite number of at least 0, or nothing for {@link #AUTO}. */
    OptionalDouble notNegativeOrAuto(String name) {
        return text(name).equals(AUTO) ? OptionalDouble.empty() : OptionalDouble.of(notNegative(name));
    }

    /** Returns a number above 0 and at most 1, or nothing for {@link #AUTO}. */
    OptionalDouble shareOrAuto(String name) {
        if (text(name).equals(AUTO)) {
            return OptionalDouble.empty();
        }
        double value = positive(name);
        if (value > 1) {
            throw wrong(name, "at most 1", null);
        }
        return OptionalDouble.of(value);
    }

    /** Returns one of {@code words}. */
    String word(String name, String... words) {
        String value = text(name);
        if (!List.of(words).contains(value)) {
            throw wrong(name, "one of " + String.join(", ", words), null);
        }
        return value;
    }

    /** Returns the constant whose name in lower case, with hyphens, was given. */
    <E extends Enum<E>> E constant(String name, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text(name))) {
                return constant;
            }
        }
        String known = String.join(
                ", ",
                Arrays.stream(type.getEnumConstants())
                        .map(constant ->
                                constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList());
        throw wrong(name, "one of " + known, null);
    }

    private IllegalArgumentException wrong(String name, String must, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                name + " of attack '" + card.name() + "' must be " + must + " but was '" + text(name) + "'", cause);
    }
}
