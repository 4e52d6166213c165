package io.safefedllm.flower.link.wire;

import java.util.ArrayList;
import java.util.List;

/** Headers of a call in a form that every transport can write. Immutable; the text form shows names only. */
public final class RpcHeaders {

    private static final RpcHeaders NONE = new RpcHeaders(List.of());

    private final List<Header> entries;

    private RpcHeaders(List<Header> entries) {
        this.entries = List.copyOf(entries);
    }

    public static RpcHeaders none() {
        return NONE;
    }

    /** Returns these headers and one with a text value, which both transports write as it is. */
    public RpcHeaders text(String name, String value) {
        return plus(new Text(name, value));
    }

    /** Returns these headers and one with a binary value: Base64 over HTTP, a {@code -bin} entry over gRPC. */
    public RpcHeaders binary(String name, byte[] value) {
        return plus(new Binary(name, value));
    }

    public List<Header> entries() {
        return entries;
    }

    private RpcHeaders plus(Header header) {
        List<Header> more = new ArrayList<>(entries);
        more.add(header);
        return new RpcHeaders(more);
    }

    @Override
    public String toString() {
        return entries.stream().map(Header::name).toList().toString();
    }

    /** One header. */
    public sealed interface Header {
        String name();
    }

    /** A header with a text value. */
    public static final class Text implements Header {
        private final String name;
        private final String value;

        Text(String name, String value) {
            this.name = name;
            this.value = value;
        }

        @Override
        public String name() {
            return name;
        }

        public String value() {
            return value;
        }
    }

    /** A header with a binary value. */
    public static final class Binary implements Header {
        private final String name;
        private final byte[] value;

        Binary(String name, byte[] value) {
            this.name = name;
            this.value = value.clone();
        }

        @Override
        public String name() {
            return name;
        }

        public byte[] value() {
            return value.clone();
        }
    }
}
