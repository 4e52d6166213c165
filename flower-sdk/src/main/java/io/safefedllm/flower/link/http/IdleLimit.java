package io.safefedllm.flower.link.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Bounds a call by the time in which nothing of it comes or goes, so that a slow link may carry an object of any size as long
 * as it carries. Serves one call; bodies may move on any thread.
 */
final class IdleLimit {
    /*
     * A part of a request counts when the connection takes it, which is when the system has room for it, not when it has arrived: what the
     * system still holds after the last part cannot be seen from here. That is what the link carries in a few round trips, far less than in
     * the limit, because systems size what they hold by that.
     */

    private final Duration limit;
    private final LongSupplier nanoTime;
    private volatile long lastNanos;

    /**
     * Begins to count.
     *
     * @param nanoTime nanoseconds since some fixed moment
     */
    IdleLimit(Duration limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
    }

    /** Returns a body to send whose parts count when they are taken. */
    BodyPublisher sending(byte[] body) {
        BodyPublisher bytes = BodyPublishers.ofByteArray(body);
        return new BodyPublisher() {
            @Override
            public long contentLength() {
                return bytes.contentLength();
            }

            @Override
            public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
                bytes.subscribe(new Counting<>(subscriber));
            }
        };
    }

    /** Returns a receiver whose parts count when they come. To be asked for when the head of the answer has come, which counts too. */
    <T> BodySubscriber<T> receiving(BodySubscriber<T> receiver) {
        moved();
        return new Receiving<>(receiver);
    }

    /**
     * Waits for the answer.
     *
     * @throws HttpTimeoutException if nothing has moved for longer than the limit
     * @throws ExecutionException if the call fails
     */
    <T> T await(Future<T> answer) throws HttpTimeoutException, ExecutionException, InterruptedException {
        long rest = rest();
        while (rest > 0) {
            try {
                return answer.get(rest, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                rest = rest();
            }
        }
        throw new HttpTimeoutException("nothing came or went for " + limit.toMillis() / 1e3 + " s");
    }

    private void moved() {
        lastNanos = nanoTime.getAsLong();
    }

    private long rest() {
        return limit.toNanos() - (nanoTime.getAsLong() - lastNanos);
    }

    private class Counting<T> implements Flow.Subscriber<T> {
        private final Flow.Subscriber<? super T> inner;

        Counting(Flow.Subscriber<? super T> inner) {
            this.inner = inner;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            inner.onSubscribe(subscription);
        }

        @Override
        public void onNext(T part) {
            moved();
            inner.onNext(part);
        }

        @Override
        public void onError(Throwable failure) {
            inner.onError(failure);
        }

        @Override
        public void onComplete() {
            inner.onComplete();
        }
    }

    private final class Receiving<T> extends Counting<List<ByteBuffer>> implements BodySubscriber<T> {
        private final BodySubscriber<T> receiver;

        Receiving(BodySubscriber<T> receiver) {
            super(receiver);
            this.receiver = receiver;
        }

        @Override
        public CompletionStage<T> getBody() {
            return receiver.getBody();
        }
    }
}
