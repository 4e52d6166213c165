package io.safefedllm.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {
    private final Shutdown shutdown = new Shutdown();
    private final List<String> told = new ArrayList<>();

    @Test
    void request_duringNestedWork_tellsTheNewestFirstAndEachOnce() {
        String result = shutdown.during(
                () -> told.add("old"),
                () -> shutdown.during(() -> told.add("new"), () -> {
                    shutdown.request();
                    shutdown.request();
                    return "done";
                }));

        assertThat(result).isEqualTo("done");
        assertThat(told).containsExactly("new", "old");
        assertThat(shutdown.isRequested()).isTrue();
    }

    @Test
    void request_afterTheWork_isNotTold() {
        shutdown.during(() -> told.add("late"), () -> "done");

        shutdown.request();

        assertThat(told).isEmpty();
    }

    @Test
    void during_afterTheRequest_isToldBeforeTheWork() {
        shutdown.request();

        shutdown.during(() -> told.add("stop"), () -> told.add("work"));

        assertThat(told).containsExactly("stop", "work");
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
