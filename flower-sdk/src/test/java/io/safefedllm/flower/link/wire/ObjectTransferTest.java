package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.ObjectLink;
import io.safefedllm.flower.link.PulledObject;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.object.ObjectBundle;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.RecordDict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObjectTransferTest {

    private static final int OBJECTS = 40;

    @AutoClose
    private final ObjectTransfer transfer = new ObjectTransfer();

    @Test
    void push_theSuperLinkIsGone_failsWithoutTryingEveryObject() {
        GoneLink link = new GoneLink();
        ObjectBundle bundle = ObjectBundle.of(message());

        assertThatThrownBy(() -> transfer.push(link, 7, bundle, bundle.ids(), "session"))
                .isSameAs(link.gone);
        assertThat(link.calls).hasValueLessThanOrEqualTo(ObjectTransfer.PARALLEL_CALLS);
    }

    @Test
    void pull_theSuperLinkIsGone_failsWithoutTryingEveryObject() {
        GoneLink link = new GoneLink();
        List<String> ids =
                IntStream.range(0, OBJECTS).mapToObj("object %d"::formatted).toList();

        assertThatThrownBy(() -> transfer.pull(link, 7, ids)).isSameAs(link.gone);
        assertThat(link.calls).hasValueLessThanOrEqualTo(ObjectTransfer.PARALLEL_CALLS);
    }

    private static Message message() {
        Map<String, Array> arrays = new LinkedHashMap<>();
        for (int i = 0; i < OBJECTS; i++) {
            arrays.put("w" + i, Array.ofFloat32(new int[] {1}, new float[] {i}));
        }
        RecordDict content = RecordDict.of(Map.of("arrays", ArrayRecord.of(arrays)));
        return Message.instruction(7, 1, "train", content, "", 1.0);
    }

    /** Fails each call for good, as calls do that were repeated for as long as they may be. */
    private static final class GoneLink implements ObjectLink {
        private final TransportException gone = new TransportException(Status.UNAVAILABLE, "gone", false, null);
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public boolean push(long runId, String objectId, byte[] bytes, String sessionId) {
            calls.incrementAndGet();
            throw gone;
        }

        @Override
        public PulledObject pull(long runId, String objectId) {
            calls.incrementAndGet();
            throw gone;
        }

        @Override
        public void confirm(long runId, String messageId) {
            throw new AssertionError("nothing has arrived");
        }
    }
}
