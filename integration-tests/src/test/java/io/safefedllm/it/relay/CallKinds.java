package io.safefedllm.it.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.safefedllm.flower.proto.AcquireTaskRequest;
import io.safefedllm.flower.proto.AcquireTaskResponse;
import io.safefedllm.flower.proto.ListAppsToLaunchResponse;
import io.safefedllm.flower.proto.Message;
import io.safefedllm.flower.proto.PullAppMessagesRequest;
import io.safefedllm.flower.proto.PullAppMessagesResponse;
import io.safefedllm.flower.proto.PullObjectResponse;
import io.safefedllm.flower.proto.PushAppMessagesRequest;
import io.safefedllm.flower.proto.PushObjectRequest;
import io.safefedllm.flower.proto.PushTaskOutputRequest;
import io.safefedllm.flower.proto.UpdateRunStatusRequest;
import java.util.List;
import java.util.stream.Collectors;

/** Reads from the bytes of a call what kind of message it carries. */
final class CallKinds {

    /** The server did not do what it was asked. */
    static final String REFUSED = "refused";

    /** There is nothing yet of what was asked for: asking again is polling. */
    static final String NOT_YET = "not yet";

    /** There is nothing that the answer could give. */
    static final String NOTHING_ASKED = "nothing asked for";

    private static final int LONGEST_TYPE = 20;

    private CallKinds() {}

    static String of(String method, byte[] request, byte[] answer) {
        try {
            return kind(method.substring(method.indexOf('/') + 1), request, answer);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the relay cannot read a call of " + method, e);
        }
    }

    private static String kind(String method, byte[] request, byte[] answer) throws InvalidProtocolBufferException {
        return switch (method) {
            case "ListAppsToLaunch" ->
                orNotYet(ListAppsToLaunchResponse.parseFrom(answer).getRunIdsCount() > 0, "");
            case "AcquireTask" ->
                acquired(AcquireTaskRequest.parseFrom(request), AcquireTaskResponse.parseFrom(answer));
            // Up to 1.29 the messages are in the same field, the trees in another one.
            case "PushMessages" ->
                messages(PushAppMessagesRequest.parseFrom(request).getMessagesListList());
            case "PullMessages" ->
                pulled(PullAppMessagesRequest.parseFrom(request), PullAppMessagesResponse.parseFrom(answer));
            case "PushObject" -> object(PushObjectRequest.parseFrom(request).getObjectContent());
            case "PullObject" -> object(PullObjectResponse.parseFrom(answer));
            case "UpdateRunStatus" -> status(UpdateRunStatusRequest.parseFrom(request));
            case "PushTaskOutput" -> PushTaskOutputRequest.parseFrom(request).getSubStatus();
            default -> "";
        };
    }

    private static String orNotYet(boolean there, String kind) {
        return there ? kind : NOT_YET;
    }

    private static String acquired(AcquireTaskRequest request, AcquireTaskResponse answer) {
        return request.getSupportedTaskTypesCount() == 0
                ? NOTHING_ASKED
                : orNotYet(answer.hasTask(), answer.getTask().getType());
    }

    private static String pulled(PullAppMessagesRequest request, PullAppMessagesResponse answer) {
        return request.getMessageIdsCount() == 0
                ? NOTHING_ASKED
                : orNotYet(answer.getMessagesListCount() > 0, messages(answer.getMessagesListList()));
    }

    private static String messages(List<Message> messages) {
        return messages.stream().map(CallKinds::message).collect(Collectors.joining(", "));
    }

    private static String message(Message message) {
        return message.hasError()
                ? "error " + message.getError().getCode()
                : message.getMetadata().getMessageType();
    }

    private static String object(PullObjectResponse answer) {
        return orNotYet(answer.getObjectAvailable(), object(answer.getObjectContent()));
    }

    /** The type is the first word of an object's bytes. */
    private static String object(ByteString content) {
        String head =
                content.substring(0, Math.min(LONGEST_TYPE, content.size())).toStringUtf8();
        return head.split(" ", 2)[0];
    }

    private static String status(UpdateRunStatusRequest request) {
        return request.getRunStatus().getStatus() + " " + request.getRunStatus().getSubStatus();
    }
}
