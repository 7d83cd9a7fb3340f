// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.leader;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Knows, from the answers to the requests themselves, how long a Lease has not been renewed. The client library's
 * elector checks its deadline only between two calls: a call that hangs for 10 s and is tried four times would keep it
 * waiting for 40 s.
 *
 * <p>Safe for use by many threads.
 */
final class RenewalWatch implements Interceptor {
    private final String leases;
    private final String lease;
    private final Duration deadline;
    private final Time time;
    private long attempt; // guarded by this
    private long renewed; // guarded by this

    /** Monotonic time, and waiting for a moment. */
    interface Time {
        /** The system's clock. */
        Time SYSTEM = new Time() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                Thread.sleep(duration);
            }
        };

        /** Like System.nanoTime. */
        long nanoTime();

        /** Returns when this time has passed. */
        void sleep(Duration duration) throws InterruptedException;
    }

    /**
     * @param deadline  how long after the beginning of the last renewal the Lease counts as held
     */
    RenewalWatch(String namespace, String lease, Duration deadline, Time time) {
        this.leases = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
        this.lease = leases + "/" + lease;
        this.deadline = deadline;
        this.time = time;
        attempt = time.nanoTime();
        renewed = attempt;
    }

    /** A renewal begins by reading the Lease; the time written into it is from then, not from when the answer comes. */
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (request.method().equals("GET") && request.uri().getPath().equals(lease)) {
            synchronized (this) {
                attempt = time.nanoTime();
            }
        }
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (response.isSuccessful() && writes(request)) {
            held();
        }
    }

    /**
     * The last attempt was a success. The elector may learn of its first success a moment before {@link #after} does.
     */
    synchronized void held() {
        renewed = attempt;
    }

    /** How long the Lease counts as held if no renewal succeeds; zero or less: it no longer does. */
    synchronized Duration left() {
        return deadline.minusNanos(time.nanoTime() - renewed);
    }

    /**
     * Waits until the Lease no longer counts as held.
     *
     * @param held  whether to keep waiting; called again each time the Lease would have expired
     * @return whether it has expired; false: {@code held} returned false, or the thread was interrupted
     */
    boolean awaitExpiry(BooleanSupplier held) {
        try {
            while (held.getAsBoolean()) {
                Duration left = left();
                if (!left.isPositive()) {
                    return true;
                }
                time.sleep(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private boolean writes(HttpRequest request) {
        String path = request.uri().getPath();
        return switch (request.method()) {
            case "PATCH", "PUT" -> path.equals(lease);
            case "POST" -> path.equals(leases);
            default -> false;
        };
    }
}
