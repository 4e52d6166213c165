package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.wire.Pauses;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentRepliesTest {

    private final NodeLink link = mock(NodeLink.class);
    private final Clock clock = new Clock();
    private final RecentReplies replies = new RecentReplies(link, clock);

    @Test
    void awaitFetched_noReply_asksAndWaitsForNothing() {
        replies.awaitFetched();

        verify(link, never()).isRunning(anyLong());
        assertThat(clock.now).isEqualTo(Duration.ZERO);
    }

    @Test
    void awaitFetched_theRunGoesOn_fiveSecondsAfterTheReply() {
        when(link.isRunning(1)).thenReturn(true);
        replies.add(1);
        clock.pause(Duration.ofMillis(1300));

        replies.awaitFetched();

        assertThat(clock.now).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void awaitFetched_theRunOfTheLastReplyHasEnded_waitsForTheOneBefore() {
        when(link.isRunning(1)).thenReturn(true);
        when(link.isRunning(2)).thenReturn(false);
        replies.add(1);
        clock.pause(Duration.ofSeconds(2));
        replies.add(2);

        replies.awaitFetched();

        assertThat(clock.now).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void awaitFetched_severalRepliesToOneRun_countsFromTheLast() {
        when(link.isRunning(1)).thenReturn(true);
        replies.add(1);
        clock.pause(Duration.ofSeconds(4));
        replies.add(1);

        replies.awaitFetched();

        assertThat(clock.now).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void awaitFetched_aReplyOfLongAgo_isNotAskedFor() {
        replies.add(1);
        clock.pause(Duration.ofSeconds(5));

        replies.awaitFetched();

        verify(link, never()).isRunning(anyLong());
    }

    @Test
    void awaitFetched_theRunEndsMeanwhile_noLonger() {
        when(link.isRunning(1)).thenReturn(true, true, false);
        replies.add(1);

        replies.awaitFetched();

        assertThat(clock.now).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void awaitFetched_nobodyTellsOfTheRun_asIfItWentOn() {
        when(link.isRunning(1)).thenThrow(new TransportException(Status.UNAVAILABLE, "nobody answers", true, null));
        replies.add(1);

        replies.awaitFetched();

        assertThat(clock.now).isEqualTo(Duration.ofSeconds(5));
    }

    /** Where the SuperLink is silent, a question takes until its timeout. */
    @ParameterizedTest
    @ValueSource(longs = {1, 3, 499, 501, 5000, 60_000})
    void awaitFetched_askingTakesTime_neverPausesForLessThanNothing(long millis) {
        when(link.isRunning(1)).thenAnswer(asked -> {
            clock.now = clock.now.plusMillis(millis);
            return true;
        });
        replies.add(1);

        replies.awaitFetched();

        assertThat(clock.now)
                .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(5).plusMillis(millis));
    }

    @Test
    void awaitFetched_interrupted_returnsAtOnceAndStaysInterrupted() {
        when(link.isRunning(1)).thenReturn(true);
        replies.add(1);
        Thread.currentThread().interrupt();

        replies.awaitFetched();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(clock.now).isLessThanOrEqualTo(Duration.ofMillis(500));
    }

    /** Time that passes in pauses only. */
    private static final class Clock implements Pauses {
        private Duration now = Duration.ZERO;

        @Override
        public void pause(Duration duration) {
            assertThat(duration).isGreaterThanOrEqualTo(Duration.ZERO);
            now = now.plus(duration);
        }

        @Override
        public long nanoTime() {
            return now.toNanos();
        }
    }
}
