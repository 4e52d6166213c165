package io.safefedllm.flower.link.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How long a call may take: as long as something moves. Time is counted in seconds that nobody waits for. */
class IdleLimitTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final byte[] OBJECT = new byte[1 << 20];

    private long seconds;
    private final IdleLimit limit = new IdleLimit(LIMIT, () -> TimeUnit.SECONDS.toNanos(seconds));

    @Test
    void await_nothingMoves_endsAfterTheLimit() {
        assertThatThrownBy(() -> limit.await(new PassingTime()))
                .isInstanceOf(HttpTimeoutException.class)
                .hasMessage("nothing came or went for 30.0 s");
        assertThat(seconds).isEqualTo(30);
    }

    @Test
    void await_anAnswerThatComesSlowlyButSteadily_isReceivedWhole() throws Exception {
        BodySubscriber<byte[]> receiver = limit.receiving(BodySubscribers.ofByteArray());
        receiver.onSubscribe(new Unlimited());
        PassingTime answer = new PassingTime();
        for (int part = 0; part < 20; part++) {
            answer.then(29, () -> receiver.onNext(List.of(ByteBuffer.wrap(new byte[] {7}))));
        }
        answer.then(29, () -> {
            receiver.onComplete();
            answer.complete("all");
        });

        assertThat(limit.await(answer)).isEqualTo("all");
        assertThat(seconds).isEqualTo(21 * 29);
        assertThat(receiver.getBody().toCompletableFuture().join()).hasSize(20).containsOnly(7);
    }

    @Test
    void await_aRequestThatGoesSlowlyButSteadily_isNotCutOff() throws Exception {
        Taker taker = new Taker();
        limit.sending(OBJECT).subscribe(taker);
        PassingTime answer = new PassingTime();
        for (int part = 0; part < 10; part++) {
            answer.then(29, taker::takeOne);
        }
        answer.then(29, () -> answer.complete("all"));

        assertThat(limit.await(answer)).isEqualTo("all");
        assertThat(seconds).isEqualTo(11 * 29);
        assertThat(taker.parts).isEqualTo(10);
    }

    @Test
    void await_theHeadOfAnAnswerComesLongBeforeItsBody_isReceivedWhole() throws Exception {
        PassingTime answer = new PassingTime();
        List<BodySubscriber<byte[]>> receiver = new ArrayList<>();
        answer.then(29, () -> receiver.add(limit.receiving(BodySubscribers.ofByteArray())));
        answer.then(29, () -> {
            receiver.get(0).onSubscribe(new Unlimited());
            receiver.get(0).onNext(List.of(ByteBuffer.wrap(new byte[] {7})));
        });
        answer.then(29, () -> answer.complete("all"));

        assertThat(limit.await(answer)).isEqualTo("all");
        assertThat(seconds).isEqualTo(3 * 29);
    }

    @Test
    void await_anAnswerThatStops_endsAfterTheLimit() {
        BodySubscriber<byte[]> receiver = limit.receiving(BodySubscribers.ofByteArray());
        receiver.onSubscribe(new Unlimited());
        PassingTime answer = new PassingTime();
        answer.then(20, () -> receiver.onNext(List.of(ByteBuffer.allocate(1))));

        assertThatThrownBy(() -> limit.await(answer)).isInstanceOf(HttpTimeoutException.class);
        assertThat(seconds).isEqualTo(50);
    }

    /** An answer that lets time pass where others wait, and events happen in it. */
    private final class PassingTime extends CompletableFuture<String> {
        private final List<Runnable> events = new ArrayList<>();
        private final List<Long> times = new ArrayList<>();

        void then(int later, Runnable event) {
            times.add((times.isEmpty() ? 0 : times.get(times.size() - 1)) + later);
            events.add(event);
        }

        @Override
        public String get(long wait, TimeUnit unit) throws TimeoutException {
            long until = seconds + unit.toSeconds(wait);
            while (!times.isEmpty() && times.get(0) <= until) {
                seconds = times.remove(0);
                events.remove(0).run();
                if (isDone()) {
                    return join();
                }
            }
            seconds = until;
            throw new TimeoutException();
        }
    }

    private static final class Unlimited implements Flow.Subscription {
        @Override
        public void request(long parts) {}

        @Override
        public void cancel() {}
    }

    /** Takes parts of a body one at a time, as a connection does that is slow. */
    private static final class Taker implements Flow.Subscriber<ByteBuffer> {
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private int parts;

        void takeOne() {
            subscription.join().request(1);
        }

        @Override
        public void onSubscribe(Flow.Subscription value) {
            subscription.complete(value);
        }

        @Override
        public void onNext(ByteBuffer part) {
            parts++;
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {}
    }
}
