// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NativeHandleTest {
    private final AtomicInteger freed = new AtomicInteger();
    private final NativeHandle handle = new NativeHandle("session", freed::incrementAndGet);

    @Test
    void closeFreesOnceAndRefusesEveryLaterUse() {
        assertThat(handle.close()).isTrue();
        assertThat(handle.close()).isFalse();
        assertThat(freed).hasValue(1);
        assertThatThrownBy(handle::acquire)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("session is closed");
    }

    @Test
    void closeDuringAUseFreesWhenTheUseEnds() {
        handle.acquire();
        handle.acquire();
        assertThat(handle.close()).isTrue();
        handle.release();
        assertThat(freed).hasValue(0);
        handle.release();
        assertThat(freed).hasValue(1);
    }

    @Test
    void nobodyUsesFreedMemoryWhenManyThreadsRaceWithClose() throws InterruptedException {
        AtomicBoolean alive = new AtomicBoolean(true);
        AtomicInteger violations = new AtomicInteger();
        NativeHandle racing = new NativeHandle("session", () -> alive.set(false));
        CountDownLatch running = new CountDownLatch(4);
        Thread[] users = new Thread[4];
        for (int i = 0; i < users.length; i++) {
            users[i] = Thread.ofPlatform().start(() -> {
                running.countDown();
                while (racing.tryAcquire()) {
                    if (!alive.get()) {
                        violations.incrementAndGet();
                    }
                    racing.release();
                }
            });
        }
        running.await();
        racing.close();
        for (Thread user : users) {
            user.join();
        }
        assertThat(violations).hasValue(0);
        assertThat(alive).isFalse();
    }
}
