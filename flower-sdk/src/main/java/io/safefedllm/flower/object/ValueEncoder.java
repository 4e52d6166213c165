package io.safefedllm.flower.object;

import com.google.protobuf.ByteString;
import io.safefedllm.flower.proto.BoolList;
import io.safefedllm.flower.proto.BytesList;
import io.safefedllm.flower.proto.ConfigRecordValue;
import io.safefedllm.flower.proto.DoubleList;
import io.safefedllm.flower.proto.MetricRecordValue;
import io.safefedllm.flower.proto.Scalar;
import io.safefedllm.flower.proto.SintList;
import io.safefedllm.flower.proto.StringList;
import io.safefedllm.flower.proto.UintList;
import io.safefedllm.flower.record.Bytes;
import java.math.BigInteger;
import java.util.List;

/**
 * Values in the canonical classes of {@code flower.record} to protobuf.
 *
 * <p>The kind is Flower's choice: an integer is sint64, above 2^63 - 1 uint64; an empty list is of doubles among metrics and
 * of booleans in a config.
 */
final class ValueEncoder {
    private ValueEncoder() {}

    static MetricRecordValue metric(Object value) {
        MetricRecordValue.Builder builder = MetricRecordValue.newBuilder();
        if (value instanceof List<?> list) {
            Object first = list.isEmpty() ? 0.0 : list.get(0);
            if (first instanceof Long) {
                return builder.setSintList(sints(list)).build();
            }
            if (first instanceof BigInteger) {
                return builder.setUintList(uints(list)).build();
            }
            return builder.setDoubleList(doubles(list)).build();
        }
        if (value instanceof Long integer) {
            return builder.setSint64(integer).build();
        }
        if (value instanceof BigInteger unsigned) {
            return builder.setUint64(unsigned.longValue()).build();
        }
        return builder.setDouble((Double) value).build();
    }

    static ConfigRecordValue config(Object value) {
        if (value instanceof List<?> list) {
            return configList(list);
        }
        ConfigRecordValue.Builder builder = ConfigRecordValue.newBuilder();
        if (value instanceof Boolean flag) {
            return builder.setBool(flag).build();
        }
        if (value instanceof Long integer) {
            return builder.setSint64(integer).build();
        }
        if (value instanceof BigInteger unsigned) {
            return builder.setUint64(unsigned.longValue()).build();
        }
        if (value instanceof Double number) {
            return builder.setDouble(number).build();
        }
        if (value instanceof String text) {
            return builder.setString(text).build();
        }
        return builder.setBytes(byteString((Bytes) value)).build();
    }

    private static ConfigRecordValue configList(List<?> list) {
        ConfigRecordValue.Builder builder = ConfigRecordValue.newBuilder();
        Object first = list.isEmpty() ? false : list.get(0);
        if (first instanceof Boolean) {
            BoolList.Builder flags = BoolList.newBuilder();
            list.forEach(item -> flags.addVals((Boolean) item));
            return builder.setBoolList(flags).build();
        }
        if (first instanceof Long) {
            return builder.setSintList(sints(list)).build();
        }
        if (first instanceof BigInteger) {
            return builder.setUintList(uints(list)).build();
        }
        if (first instanceof Double) {
            return builder.setDoubleList(doubles(list)).build();
        }
        if (first instanceof String) {
            StringList.Builder texts = StringList.newBuilder();
            list.forEach(item -> texts.addVals((String) item));
            return builder.setStringList(texts).build();
        }
        BytesList.Builder blobs = BytesList.newBuilder();
        list.forEach(item -> blobs.addVals(byteString((Bytes) item)));
        return builder.setBytesList(blobs).build();
    }

    /** Encodes one of {@link Boolean}, {@link Long}, {@link BigInteger}, {@link Double}, {@link String}, {@link Bytes}. */
    static Scalar scalar(String key, Object value) {
        Scalar.Builder builder = Scalar.newBuilder();
        if (value instanceof Boolean flag) {
            return builder.setBool(flag).build();
        }
        if (value instanceof Long integer) {
            return builder.setSint64(integer).build();
        }
        if (value instanceof BigInteger unsigned) {
            return builder.setUint64(unsigned.longValue()).build();
        }
        if (value instanceof Double number) {
            return builder.setDouble(number).build();
        }
        if (value instanceof String text) {
            return builder.setString(text).build();
        }
        if (value instanceof Bytes bytes) {
            return builder.setBytes(byteString(bytes)).build();
        }
        throw new IllegalArgumentException(
                "config '" + key + "' must be a boolean, an integer, a double, a string or bytes," + " but was of type "
                        + value.getClass().getSimpleName());
    }

    private static SintList sints(List<?> list) {
        SintList.Builder builder = SintList.newBuilder();
        list.forEach(item -> builder.addVals((Long) item));
        return builder.build();
    }

    private static UintList uints(List<?> list) {
        UintList.Builder builder = UintList.newBuilder();
        list.forEach(item -> builder.addVals(((BigInteger) item).longValue()));
        return builder.build();
    }

    private static DoubleList doubles(List<?> list) {
        DoubleList.Builder builder = DoubleList.newBuilder();
        list.forEach(item -> builder.addVals((Double) item));
        return builder.build();
    }

    private static ByteString byteString(Bytes bytes) {
        return ByteString.copyFrom(bytes.toArray());
    }
}
