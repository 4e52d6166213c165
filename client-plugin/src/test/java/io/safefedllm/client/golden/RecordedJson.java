package io.safefedllm.client.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON whose objects remember which of their fields were asked for. Not thread-safe. */
final class RecordedJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().nodeFactory(new Factory()).build();

    private RecordedJson() {}

    static JsonNode read(Path file) throws IOException {
        return MAPPER.readTree(file.toFile());
    }

    /** The paths of all fields below a node that nobody asked for, however deep; what is below those is not named. */
    static List<String> unread(JsonNode root) {
        List<String> unread = new ArrayList<>();
        collect(root, "", unread);
        return unread;
    }

    private static void collect(JsonNode node, String path, List<String> unread) {
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), path + "/" + i, unread);
        }
        if (node instanceof RecordedObject object) {
            object.properties().forEach(field -> {
                String below = path + "/" + field.getKey();
                if (object.asked.contains(field.getKey())) {
                    collect(field.getValue(), below, unread);
                } else {
                    unread.add(below);
                }
            });
        }
    }

    private static final class Factory extends JsonNodeFactory {
        private static final long serialVersionUID = 1;

        @Override
        public ObjectNode objectNode() {
            return new RecordedObject(this);
        }
    }

    @SuppressWarnings("unchecked") // of a method that ObjectNode overrides
    private static final class RecordedObject extends ObjectNode {
        private static final long serialVersionUID = 1;

        private final transient Set<String> asked = new HashSet<>();

        RecordedObject(JsonNodeFactory factory) {
            super(factory);
        }

        @Override
        public @Nullable JsonNode get(String name) {
            asked.add(name);
            return super.get(name);
        }

        @Override
        public JsonNode path(String name) {
            asked.add(name);
            return super.path(name);
        }

        /** To ask whether a field is there is not to read it. */
        @Override
        public boolean has(String name) {
            return super.get(name) != null;
        }
    }
}
