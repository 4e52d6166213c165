package io.safefedllm.flower.link;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host and port of one API of a SuperLink.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port in 1–65535
 */
public record SuperLinkAddress(String host, int port) {

    private static final Pattern TEXT = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^\\s:/\\[\\]]+):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    public SuperLinkAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host of a SuperLink address must not be blank");
        }
        if (!(port >= 1 && port <= MAX_PORT)) {
            throw new IllegalArgumentException("the port of a SuperLink address must be in 1-65535 but was " + port);
        }
    }

    /**
     * Reads {@code HOST:PORT} or {@code [IPv6]:PORT}.
     *
     * @throws IllegalArgumentException if the text has another form, says so in one line
     */
    public static SuperLinkAddress parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a SuperLink address must be HOST:PORT, for example 127.0.0.1:9091, but was '" + text + "'");
        }
        String host = matcher.group(1).replaceAll("[\\[\\]]", "");
        return new SuperLinkAddress(host, Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
