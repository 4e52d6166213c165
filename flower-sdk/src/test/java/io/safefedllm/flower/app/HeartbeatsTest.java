package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeartbeatsTest {

    private final NoPauses pauses = new NoPauses();

    @Test
    void beat_accepted_isFollowedAfterSeventeenToTwentyTwoSeconds() {
        Heartbeats heartbeats = heartbeats(() -> true, failure -> {});

        for (int i = 0; i < 100; i++) {
            assertThat(heartbeats.beat().orElseThrow()).isBetween(Duration.ofMillis(17_500), Duration.ofMillis(22_500));
        }
    }

    @Test
    void beat_notKnown_isTheLast() {
        assertThat(heartbeats(() -> false, failure -> {}).beat()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAUTHENTICATED", "PERMISSION_DENIED", "CLOCK"})
    void beat_refused_isTheLast(Status refusal) {
        assertThat(heartbeats(failing(refusal), failure -> {}).beat()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNAUTHENTICATED", "PERMISSION_DENIED", "CLOCK"})
    void beat_duringTrouble_isRepeatedUntilThePlatformHasGivenUp(Status trouble) throws InterruptedException {
        Heartbeats heartbeats = heartbeats(failing(trouble), failure -> {});

        pauses.pause(Duration.ofMillis(59_999));
        assertThat(heartbeats.beat()).contains(Duration.ofSeconds(2));
        pauses.pause(Duration.ofMillis(1));
        assertThat(heartbeats.beat()).isEmpty();
    }

    @Test
    void start_senderLost_tellsOnce() throws InterruptedException {
        CountDownLatch lost = new CountDownLatch(1);

        heartbeats(() -> false, failure -> {
                    assertThat(failure).isEmpty();
                    lost.countDown();
                })
                .start();

        assertThat(lost.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void start_senderRefused_tellsWhy() throws InterruptedException {
        CountDownLatch lost = new CountDownLatch(1);

        heartbeats(failing(Status.CLOCK), failure -> {
                    assertThat(failure).map(TransportException::status).contains(Status.CLOCK);
                    lost.countDown();
                })
                .start();

        assertThat(lost.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private Heartbeats heartbeats(BooleanSupplier beat, Consumer<Optional<TransportException>> onLost) {
        return new Heartbeats(beat, Duration.ofSeconds(60), onLost, pauses, new SplittableRandom(1));
    }

    private static BooleanSupplier failing(Status status) {
        return () -> {
            throw new TransportException(status, "no", true, null);
        };
    }
}
