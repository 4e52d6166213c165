package io.safefedllm.app.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.flower.app.KeptRun;
import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.probe.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code claim.json}: the SuperLink of a run, the claim with its token, and the inputs once they were pulled. Replaced in one
 * step and readable for its owner only. Nothing here quotes its content.
 */
final class ClaimFile {
    private static final int VERSION = 1;

    /** Numbers of a run config come back as what they were: TOML has infinities, and whole numbers are longs. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    private ClaimFile() {}

    /**
     * What the file says.
     *
     * @param superLink the executor address at which the run was claimed
     * @param run the claim and the inputs
     */
    record Content(String superLink, KeptRun run) {}

    static void write(Path file, Content content) throws IOException {
        RunClaim claim = content.run().claim();
        ObjectNode json = JSON.createObjectNode()
                .put("version", VERSION)
                .put("superLink", content.superLink())
                .put("generation", claim.generation())
                .put("runId", Long.toUnsignedString(claim.runId()))
                .put("taskId", Long.toUnsignedString(claim.taskId()))
                .put("token", claim.secret())
                .put("fabId", claim.fabId().orElse(""))
                .put("fabHash", claim.fabHash().orElse(""));
        content.run().inputs().ifPresent(inputs -> json.set("inputs", json(inputs)));
        AtomicFile.writePrivate(file, JSON.writeValueAsBytes(json));
    }

    private static ObjectNode json(RunInputs inputs) {
        ObjectNode json = JSON.createObjectNode()
                .put("fabId", inputs.app().fabId())
                .put("fabVersion", inputs.app().fabVersion())
                .put("fabHash", inputs.app().fabHash());
        json.set("runConfig", JSON.valueToTree(inputs.runConfig()));
        return json.put("context", Base64.getEncoder().encodeToString(inputs.context()));
    }

    /**
     * Reads the file.
     *
     * @return its content, or nothing if it is not such a file, or one of another version
     * @throws IOException if it cannot be read
     */
    static Optional<Content> read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            JsonNode json = JSON.readTree(bytes);
            return json.path("version").asInt() == VERSION ? Optional.of(content(json)) : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Content content(JsonNode json) {
        long runId = Long.parseUnsignedLong(text(json, "runId"));
        RunClaim claim = RunClaim.of(text(json, "generation"), runId, text(json, "token"))
                .taskId(Long.parseUnsignedLong(text(json, "taskId")))
                .fabId(text(json, "fabId"))
                .fabHash(text(json, "fabHash"))
                .build();
        Optional<RunInputs> inputs =
                json.has("inputs") ? Optional.of(inputs(runId, json.path("inputs"))) : Optional.empty();
        return new Content(text(json, "superLink"), new KeptRun(claim, inputs));
    }

    private static RunInputs inputs(long runId, JsonNode json) {
        AppIdentity app = new AppIdentity(text(json, "fabId"), text(json, "fabVersion"), text(json, "fabHash"));
        Map<String, Object> config = JSON.convertValue(json.required("runConfig"), new TypeReference<>() {});
        return new RunInputs(runId, app, config, Base64.getDecoder().decode(text(json, "context")));
    }

    private static String text(JsonNode json, String key) {
        JsonNode value = json.required(key);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("'" + key + "' is no text");
        }
        return value.textValue();
    }
}
