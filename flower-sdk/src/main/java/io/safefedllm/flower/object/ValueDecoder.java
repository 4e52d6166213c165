package io.safefedllm.flower.object;

import static io.safefedllm.flower.object.MalformedObjectException.quote;

import com.google.protobuf.ByteString;
import io.safefedllm.flower.proto.ConfigRecordValue;
import io.safefedllm.flower.proto.MetricRecordValue;
import io.safefedllm.flower.proto.Scalar;
import io.safefedllm.flower.record.Bytes;
import java.math.BigInteger;
import java.util.List;

/** Protobuf values of a peer to classes that {@code flower.record} accepts. */
final class ValueDecoder {
    private ValueDecoder() {}

    static Object metric(String key, MetricRecordValue value) throws MalformedObjectException {
        return switch (value.getValueCase()) {
            case DOUBLE -> value.getDouble();
            case SINT64 -> value.getSint64();
            case UINT64 -> unsigned(value.getUint64());
            case DOUBLE_LIST -> value.getDoubleList().getValsList();
            case SINT_LIST -> value.getSintList().getValsList();
            case UINT_LIST -> unsigned(value.getUintList().getValsList());
            case VALUE_NOT_SET -> throw missing(key);
        };
    }

    static Object config(String key, ConfigRecordValue value) throws MalformedObjectException {
        return switch (value.getValueCase()) {
            case DOUBLE -> value.getDouble();
            case SINT64 -> value.getSint64();
            case UINT64 -> unsigned(value.getUint64());
            case BOOL -> value.getBool();
            case STRING -> value.getString();
            case BYTES -> bytes(value.getBytes());
            case DOUBLE_LIST -> value.getDoubleList().getValsList();
            case SINT_LIST -> value.getSintList().getValsList();
            case UINT_LIST -> unsigned(value.getUintList().getValsList());
            case BOOL_LIST -> value.getBoolList().getValsList();
            case STRING_LIST -> List.copyOf(value.getStringList().getValsList());
            case BYTES_LIST ->
                value.getBytesList().getValsList().stream()
                        .map(ValueDecoder::bytes)
                        .toList();
            case VALUE_NOT_SET -> throw missing(key);
        };
    }

    static Object scalar(String key, Scalar value) throws MalformedObjectException {
        return switch (value.getScalarCase()) {
            case DOUBLE -> value.getDouble();
            case SINT64 -> value.getSint64();
            case UINT64 -> fitted(value.getUint64());
            case BOOL -> value.getBool();
            case STRING -> value.getString();
            case BYTES -> bytes(value.getBytes());
            case SCALAR_NOT_SET -> throw missing(key);
        };
    }

    private static Object fitted(long bits) {
        if (bits >= 0) {
            return bits;
        }
        return unsigned(bits);
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    private static List<BigInteger> unsigned(List<Long> bits) {
        return bits.stream().map(ValueDecoder::unsigned).toList();
    }

    private static Bytes bytes(ByteString bytes) {
        return Bytes.copyOf(bytes.toByteArray());
    }

    private static MalformedObjectException missing(String key) {
        return new MalformedObjectException("value of " + quote(key) + " is missing or of an unknown kind");
    }
}
