package io.safefedllm.client.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small GGUF files: integers as u32, doubles as f32, and tensors whose values are all zero bytes. */
final class GgufBytes {
    private static final int ALIGNMENT = 32;

    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();

    private record Tensor(String name, List<Integer> sizes, int type, ByteBuffer data) {}

    GgufBytes put(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    GgufBytes remove(String key) {
        metadata.remove(key);
        return this;
    }

    /** Sizes are fastest first, as in the file. */
    GgufBytes tensor(String name, int type, byte[] data, Integer... sizes) {
        tensors.removeIf(tensor -> tensor.name().equals(name));
        tensors.add(new Tensor(name, List.of(sizes), type, ByteBuffer.wrap(data)));
        return this;
    }

    GgufBytes withoutTensor(String name) {
        tensors.removeIf(tensor -> tensor.name().equals(name));
        return this;
    }

    /** A F32 tensor of zeros. */
    GgufBytes zeros(String name, Integer... sizes) {
        int count = List.of(sizes).stream().reduce(1, Math::multiplyExact);
        return tensor(name, 0, new byte[4 * count], sizes);
    }

    /** A F32 vector. */
    GgufBytes vector(String name, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, 0, bytes.array(), values.length);
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    byte[] bytes() {
        Out out = new Out();
        out.bytes("GGUF".getBytes(StandardCharsets.US_ASCII))
                .int32(3)
                .int64(tensors.size())
                .int64(metadata.size());
        metadata.forEach((key, value) -> {
            out.string(key);
            value(out, value);
        });
        long offset = 0;
        for (Tensor tensor : tensors) {
            out.string(tensor.name()).int32(tensor.sizes().size());
            tensor.sizes().forEach(out::int64);
            out.int32(tensor.type()).int64(offset);
            offset += (tensor.data().capacity() + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
        }
        out.pad();
        for (Tensor tensor : tensors) {
            out.bytes(tensor.data().array()).pad();
        }
        return out.stream.toByteArray();
    }

    private static void value(Out out, Object value) {
        if (value instanceof List<?> list) {
            int type = list.get(0) instanceof String ? 8 : 4;
            out.int32(9).int32(type).int64(list.size());
            list.forEach(element -> scalar(out, element));
        } else {
            out.int32(value instanceof String ? 8 : value instanceof Boolean ? 7 : value instanceof Integer ? 4 : 6);
            scalar(out, value);
        }
    }

    private static void scalar(Out out, Object value) {
        if (value instanceof String text) {
            out.string(text);
        } else if (value instanceof Boolean flag) {
            out.bytes(new byte[] {(byte) (flag ? 1 : 0)});
        } else if (value instanceof Integer number) {
            out.int32(number);
        } else {
            out.int32(Float.floatToRawIntBits(((Double) value).floatValue()));
        }
    }

    private static final class Out {
        private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

        Out bytes(byte[] bytes) {
            stream.writeBytes(bytes);
            return this;
        }

        Out int32(int value) {
            return bytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        Out int64(long value) {
            return bytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        Out string(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return int64(bytes.length).bytes(bytes);
        }

        void pad() {
            while (stream.size() % ALIGNMENT != 0) {
                stream.write(0);
            }
        }
    }

    /** A complete Llama of two tokens, two layers, width 8, two heads, which tests then change. */
    static GgufBytes llama() {
        GgufBytes file = new GgufBytes()
                .put("general.architecture", "llama")
                .put("llama.block_count", 2)
                .put("llama.embedding_length", 8)
                .put("llama.feed_forward_length", 12)
                .put("llama.attention.head_count", 2)
                .put("llama.attention.head_count_kv", 1)
                .put("llama.attention.layer_norm_rms_epsilon", 1e-6)
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "smollm")
                .put("tokenizer.ggml.tokens", List.of("<s>", "a", "b", "ab", "</s>"))
                .put("tokenizer.ggml.token_type", List.of(3, 1, 1, 1, 3))
                .put("tokenizer.ggml.merges", List.of("a b"))
                .put("tokenizer.ggml.bos_token_id", 0)
                .put("tokenizer.ggml.eos_token_id", 4)
                .zeros("token_embd.weight", 8, 6)
                .zeros("output_norm.weight", 8);
        for (int n = 0; n < 2; n++) {
            String block = "blk." + n + ".";
            file.zeros(block + "attn_norm.weight", 8)
                    .zeros(block + "ffn_norm.weight", 8)
                    .zeros(block + "attn_q.weight", 8, 8)
                    .zeros(block + "attn_k.weight", 8, 4)
                    .zeros(block + "attn_v.weight", 8, 4)
                    .zeros(block + "attn_output.weight", 8, 8)
                    .zeros(block + "ffn_gate.weight", 8, 12)
                    .zeros(block + "ffn_up.weight", 8, 12)
                    .zeros(block + "ffn_down.weight", 12, 8);
        }
        return file;
    }
}
