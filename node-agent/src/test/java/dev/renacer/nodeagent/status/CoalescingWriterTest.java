// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.nodeagent.status.CoalescingWriter.Result;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CoalescingWriterTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private final List<String> written = new CopyOnWriteArrayList<>();

    @Test
    void triesAgainUntilItSucceeds() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CoalescingWriter<String, String> writes = new CoalescingWriter<>(
                "test",
                (key, value) -> {
                    if (attempts.incrementAndGet() < 4) {
                        return new Result.Retry("away");
                    }
                    written.add(value);
                    return new Result.Done();
                },
                Duration.ofMillis(1),
                Duration.ofMillis(4));
        writes.submit("k", "a");
        assertThat(writes.awaitIdle(LONG)).isTrue();
        assertThat(written).containsExactly("a");
    }

    @Test
    void aNewerValueReplacesOneThatWaitsAndCutsTheWaitShort() throws Exception {
        BlockingQueue<String> tried = new LinkedBlockingQueue<>();
        CoalescingWriter<String, String> writes = new CoalescingWriter<>(
                "test",
                (key, value) -> {
                    tried.add(value);
                    return value.equals("old") ? new Result.Retry("away") : new Result.Done();
                },
                Duration.ofHours(1),
                Duration.ofHours(1));
        writes.submit("k", "old");
        assertThat(tried.poll(30, TimeUnit.SECONDS)).isEqualTo("old");
        writes.submit("k", "new");
        assertThat(tried.poll(30, TimeUnit.SECONDS)).isEqualTo("new");
        assertThat(writes.awaitIdle(LONG)).isTrue();
    }

    @Test
    void whateverAnAttemptThrowsTheValueIsTriedAgain() throws Exception {
        Queue<Throwable> surprises = new ConcurrentLinkedQueue<>(List.of(
                new IllegalStateException("the client is being closed"),
                new StackOverflowError(),
                new NoClassDefFoundError("a class of the client")));
        CoalescingWriter<String, String> writes = new CoalescingWriter<>(
                "test",
                (key, value) -> {
                    throwAny(surprises.poll());
                    written.add(value);
                    return new Result.Done();
                },
                Duration.ofMillis(1),
                Duration.ofMillis(4));
        writes.submit("k", "a");
        assertThat(writes.awaitIdle(LONG)).isTrue();
        assertThat(written).containsExactly("a");
    }

    private static void throwAny(@Nullable Throwable surprise) {
        switch (surprise) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalArgumentException(surprise);
        }
    }

    @Test
    void aRefusedValueIsNotTriedAgain() throws Exception {
        CoalescingWriter<String, String> writes = new CoalescingWriter<>(
                "test",
                (key, value) -> {
                    written.add(value);
                    return new Result.Refused("the schema says no");
                },
                Duration.ofMillis(1),
                Duration.ofMillis(1));
        writes.submit("k", "a");
        assertThat(writes.awaitIdle(LONG)).isTrue();
        assertThat(written).containsExactly("a");
    }

    @Test
    void keysDoNotWaitForOneAnother() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        CoalescingWriter<String, String> writes = new CoalescingWriter<>(
                "test",
                (key, value) -> {
                    if (key.equals("slow")) {
                        await(held);
                    } else {
                        other.countDown();
                    }
                    return new Result.Done();
                },
                Duration.ofMillis(1),
                Duration.ofMillis(1));
        writes.submit("slow", "a");
        writes.submit("fast", "b");
        assertThat(other.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(writes.awaitIdle(Duration.ofMillis(1))).isFalse();
        held.countDown();
        assertThat(writes.awaitIdle(LONG)).isTrue();
    }

    @Test
    void anAttemptThatNeverEndsStandsStill() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CoalescingWriter<String, String> writes = new CoalescingWriter<>(
                "status of NodeTrace",
                (key, value) -> {
                    begun.countDown();
                    await(held);
                    return new Result.Done();
                },
                Duration.ofMillis(1),
                Duration.ofMillis(1));
        assertThat(writes.stalled(Duration.ZERO)).isEmpty();
        writes.submit("k", "a");
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(writes.stalled(Duration.ofHours(1))).isEmpty();
        assertThat(writes.stalled(Duration.ZERO).orElseThrow())
                .startsWith("status of NodeTrace k: the current write has taken ");
        held.countDown();
        assertThat(writes.awaitIdle(LONG)).isTrue();
        assertThat(writes.stalled(Duration.ZERO)).isEmpty();
    }

    @Test
    void closingEndsTheRetries() throws Exception {
        CountDownLatch tried = new CountDownLatch(1);
        CoalescingWriter<String, String> writes = new CoalescingWriter<>(
                "test",
                (key, value) -> {
                    tried.countDown();
                    return new Result.Retry("away");
                },
                Duration.ofHours(1),
                Duration.ofHours(1));
        writes.submit("k", "a");
        assertThat(tried.await(30, TimeUnit.SECONDS)).isTrue();
        writes.close();
        assertThat(writes.awaitIdle(LONG)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
