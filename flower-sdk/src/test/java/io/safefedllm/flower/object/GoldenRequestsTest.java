package io.safefedllm.flower.object;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.proto.AcquireTaskRequest;
import io.safefedllm.flower.proto.ActivateNodeRequest;
import io.safefedllm.flower.proto.ClaimTaskRequest;
import io.safefedllm.flower.proto.ConfirmMessageReceivedRequest;
import io.safefedllm.flower.proto.Context;
import io.safefedllm.flower.proto.DeactivateNodeRequest;
import io.safefedllm.flower.proto.GetFabRequest;
import io.safefedllm.flower.proto.GetRunRequest;
import io.safefedllm.flower.proto.ListAppsToLaunchRequest;
import io.safefedllm.flower.proto.PullAppInputsRequest;
import io.safefedllm.flower.proto.PullAppMessagesRequest;
import io.safefedllm.flower.proto.PullMessagesRequest;
import io.safefedllm.flower.proto.PullObjectRequest;
import io.safefedllm.flower.proto.PullObjectResponse;
import io.safefedllm.flower.proto.PushAppMessagesRequest;
import io.safefedllm.flower.proto.PushAppMessagesRequestClassic;
import io.safefedllm.flower.proto.PushAppOutputsRequest;
import io.safefedllm.flower.proto.PushLogsRequest;
import io.safefedllm.flower.proto.PushMessagesRequest;
import io.safefedllm.flower.proto.PushObjectRequest;
import io.safefedllm.flower.proto.PushTaskOutputRequest;
import io.safefedllm.flower.proto.RegisterNodeFleetRequest;
import io.safefedllm.flower.proto.RequestTokenRequest;
import io.safefedllm.flower.proto.SendAppHeartbeatRequest;
import io.safefedllm.flower.proto.SendNodeHeartbeatRequest;
import io.safefedllm.flower.proto.UpdateRunStatusRequest;
import io.safefedllm.flower.record.GoldenFiles;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every request of {@code requests.json} through the generated classes; a request without a class here fails. */
class GoldenRequestsTest {
    private static final Map<String, Parser<? extends com.google.protobuf.Message>> PARSERS = Map.ofEntries(
            entry("wire_message_train", io.safefedllm.flower.proto.Message.parser()),
            entry("object_tree_train", io.safefedllm.flower.proto.ObjectTree.parser()),
            entry("PushObjectRequest", PushObjectRequest.parser()),
            entry("PushObjectRequest_session", PushObjectRequest.parser()),
            entry("PullObjectRequest", PullObjectRequest.parser()),
            entry("PullObjectResponse_pending", PullObjectResponse.parser()),
            entry("ConfirmMessageReceivedRequest", ConfirmMessageReceivedRequest.parser()),
            entry("PushLogsRequest", PushLogsRequest.parser()),
            entry("RegisterNodeFleetRequest", RegisterNodeFleetRequest.parser()),
            entry("ActivateNodeRequest", ActivateNodeRequest.parser()),
            entry("SendNodeHeartbeatRequest", SendNodeHeartbeatRequest.parser()),
            entry("FleetPullMessagesRequest", PullMessagesRequest.parser()),
            entry("FleetPushMessagesRequest", PushMessagesRequest.parser()),
            entry("GetRunRequest", GetRunRequest.parser()),
            entry("GetFabRequest", GetFabRequest.parser()),
            entry("DeactivateNodeRequest", DeactivateNodeRequest.parser()),
            entry("Context", Context.parser()),
            entry("ListAppsToLaunchRequest", ListAppsToLaunchRequest.parser()),
            entry("RequestTokenRequest", RequestTokenRequest.parser()),
            entry("PullAppInputsRequest", PullAppInputsRequest.parser()),
            entry("SendAppHeartbeatRequest", SendAppHeartbeatRequest.parser()),
            entry("PushAppMessagesRequest_classic", PushAppMessagesRequestClassic.parser()),
            entry("PushAppMessagesRequest_task", PushAppMessagesRequest.parser()),
            entry("PullAppMessagesRequest_classic", PullAppMessagesRequest.parser()),
            entry("PullAppMessagesRequest_task", PullAppMessagesRequest.parser()),
            entry("PushAppOutputsRequest", PushAppOutputsRequest.parser()),
            entry("UpdateRunStatusRequest", UpdateRunStatusRequest.parser()),
            entry("PushTaskOutputRequest", PushTaskOutputRequest.parser()),
            entry("ClaimTaskRequest", ClaimTaskRequest.parser()),
            entry("AcquireTaskRequest", AcquireTaskRequest.parser()));

    private static final JsonNode GOLDEN = GoldenFiles.read("requests.json");

    static List<String> requests() {
        List<String> names = new ArrayList<>(GoldenFiles.names(GOLDEN.get("every_version")));
        names.addAll(GoldenFiles.names(GOLDEN.get("by_generation")));
        return names;
    }

    @ParameterizedTest
    @MethodSource("requests")
    void parse_everyRequest_isUnderstoodAndWrittenBack(String name) throws InvalidProtocolBufferException {
        Parser<? extends com.google.protobuf.Message> parser = Objects.requireNonNull(PARSERS.get(name), name);
        byte[] bytes = bytes(name);

        com.google.protobuf.Message parsed = parser.parseFrom(bytes);

        assertThat(parsed.toByteArray()).isEqualTo(bytes);
        assertThat(parsed.toString()).as("no unknown fields").doesNotContainPattern("(?m)^\\s*\\d+[:{ ]");
    }

    @Test
    void parsers_writtenDown_areAllInTheFile() {
        assertThat(requests()).containsExactlyInAnyOrderElementsOf(PARSERS.keySet());
    }

    @Test
    void envelope_ofTrainMessage_isFlowers() throws Exception {
        Message message = ObjectBundle.of(GoldenValues.message("message_train"))
                .messages()
                .get(0);
        byte[] golden = bytes("wire_message_train");

        assertThat(WireMessages.envelope(message).toByteArray()).isEqualTo(golden);
        assertThat(WireMessages.metadata(io.safefedllm.flower.proto.Message.parseFrom(golden)))
                .isEqualTo(message.metadata());
    }

    @Test
    void tree_ofTrainMessage_isFlowers() throws Exception {
        ObjectTree tree =
                ObjectBundle.of(GoldenValues.message("message_train")).trees().get(0);
        byte[] golden = bytes("object_tree_train");

        assertThat(WireMessages.toProto(tree).toByteArray()).isEqualTo(golden);
        assertThat(WireMessages.tree(io.safefedllm.flower.proto.ObjectTree.parseFrom(golden)))
                .isEqualTo(tree);
    }

    private static byte[] bytes(String name) {
        JsonNode every = GOLDEN.get("every_version").get(name);
        JsonNode request = every == null ? GOLDEN.get("by_generation").get(name) : every;
        JsonNode hex = request.isTextual() ? request : request.get("value");
        return HexFormat.of().parseHex(hex.textValue());
    }
}
