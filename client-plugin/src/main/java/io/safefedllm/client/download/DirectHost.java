package io.safefedllm.client.download;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An entry of {@code no_proxy}, read as curl and Python read it: a host and with it all below, whether it begins with a dot or not.
 *
 * @param host in small letters; {@code *} for every host, an IPv6 address without brackets
 * @param port the only one that is meant; empty for all
 */
public record DirectHost(String host, OptionalInt port) {
    /** A name or an IPv4 address, maybe with a port, or an IPv6 address in brackets, maybe with one, or without. */
    private static final Pattern ENTRY =
            Pattern.compile("(?:\\[(?<bracketed>[^\\]]+)]|(?<name>[^:]+))(?::(?<port>\\d{1,5}))?|(?<address>.*:.*:.*)");

    private static final String ALL = "*";

    /** Returns the entries of a list that commas, blanks or both separate; what is empty counts for nothing. */
    static List<DirectHost> list(String noProxy) {
        return Stream.of(noProxy.split("[,\\s]+", -1))
                .map(entry -> entry.toLowerCase(Locale.ROOT).replaceFirst("^\\.+", ""))
                .map(ENTRY::matcher)
                .filter(Matcher::matches)
                .map(DirectHost::of)
                .toList();
    }

    private static DirectHost of(Matcher entry) {
        String host = Stream.of("bracketed", "name", "address")
                .map(entry::group)
                .filter(group -> group != null)
                .findFirst()
                .orElseThrow();
        String port = entry.group("port");
        return new DirectHost(
                withoutLastDot(host), port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port)));
    }

    /** Returns whether the host of an address is this one or lies below it, and the port is the one that is meant. */
    boolean covers(URI address) {
        String asked = withoutLastDot(address.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", ""));
        boolean hostFits = host.equals(ALL) || asked.equals(host) || asked.endsWith("." + host);
        return hostFits && (port.isEmpty() || port.getAsInt() == portOf(address));
    }

    private static int portOf(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "http".equalsIgnoreCase(address.getScheme()) ? 80 : 443;
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
