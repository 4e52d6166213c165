package io.safefedllm.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {
    private final Shutdown shutdown = new Shutdown();
    private final List<String> told = new ArrayList<>();

    @Test
    void request_severalRegistered_tellsTheNewestFirstAndEachOnce() {
        shutdown.onRequest(() -> told.add("old"));
        shutdown.onRequest(() -> told.add("new"));

        shutdown.request();
        shutdown.request();

        assertThat(told).containsExactly("new", "old");
        assertThat(shutdown.isRequested()).isTrue();
    }

    @Test
    void request_closedRegistration_isNotTold() {
        try (Shutdown.Registration registration = shutdown.onRequest(() -> told.add("closed"))) {
            assertThat(registration).isNotNull();
        }

        shutdown.request();

        assertThat(told).isEmpty();
    }

    @Test
    void onRequest_afterTheRequest_isToldAtOnce() {
        shutdown.request();

        shutdown.onRequest(() -> told.add("late"));

        assertThat(told).containsExactly("late");
    }

    @Test
    void awaitFinish_finishedVerb_givesItsStatus() {
        shutdown.finish(7);

        assertThat(shutdown.awaitFinish(0, 130)).isEqualTo(7);
    }

    @Test
    void awaitFinish_stuckVerb_givesTheOtherStatus() {
        assertThat(shutdown.awaitFinish(0, 130)).isEqualTo(130);
    }
}
