// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One replica's part, with the client library's elector, an API server that can fall silent, and a clock that a test moves. */
class LeaderElectionTest {
    private static final String NAMESPACE = "renacer-system";

    private final FakeTime time = new FakeTime();
    private final LeaderElection election = new LeaderElection(NAMESPACE, "first", time);
    private final AtomicInteger losses = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @SuppressWarnings("NullAway.Init") // set before each test
    private LeaseServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private CompletableFuture<?> elector;

    @BeforeEach
    void takeTheLead() throws IOException {
        server = new LeaseServer();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl(server.url())
                        // A call that hangs does so for the whole test.
                        .withRequestTimeout((int) Duration.ofMinutes(10).toMillis())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lease", election.renewals()))
                .build();
        elector = new LeaderElector(
                        client,
                        new LeaderElectionConfigBuilder()
                                .withName(LeaderElection.LEASE)
                                .withLock(new LeaseLock(NAMESPACE, LeaderElection.LEASE, "first"))
                                .withLeaseDuration(LeaderElection.LEASE_DURATION)
                                .withRenewDeadline(LeaderElection.RENEW_DEADLINE)
                                .withRetryPeriod(Duration.ofMillis(20))
                                .withLeaderCallbacks(election.configuration(() -> {}, losses::incrementAndGet)
                                        .getLeaderCallbacks()
                                        .orElseThrow())
                                .build(),
                        threads)
                .start();
        Awaitility.await("leads").until(() -> election.role() == LeaderElection.Role.LEADER);
        Awaitility.await("has renewed").until(() -> server.renewals() > 1);
    }

    @AfterEach
    void end() {
        // Ends the calls that hang; the elector waits for them when it is stopped.
        server.close();
        elector.cancel(true);
        time.pass(LeaderElection.RENEW_DEADLINE);
        client.close();
        threads.shutdownNow();
    }

    @Test
    void aLeaderWhoseRenewalsAreNeverAnsweredEndsAtTheRenewDeadline() {
        server.fallSilent();
        time.pass(LeaderElection.RENEW_DEADLINE);

        Awaitility.await("ends").until(() -> losses.get() == 1);
        assertThat(election.role()).isEqualTo(LeaderElection.Role.STANDBY);
    }

    @Test
    void aLeaderThatIsStoppingAndCannotGiveTheLeaseBackEndsLikewise() {
        server.fallSilent();
        election.stopping();
        time.pass(LeaderElection.RENEW_DEADLINE);

        Awaitility.await("ends").until(() -> losses.get() == 1);
    }

    @Test
    void aLeaderThatGaveTheLeaseBackIsNotEnded() {
        election.stopping();
        elector.cancel(true);
        election.release(client);
        time.pass(LeaderElection.RENEW_DEADLINE);

        Awaitility.await("the watch has looked and ended").until(() -> time.sleepers() == 0);
        assertThat(losses).hasValue(0);
    }

    @Test
    void theLeasesClientUsesTheProxyForEverythingIfTheOtherDoes() {
        Config access = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:1")
                .withHttpProxy("http://127.0.0.1:2")
                .build();
        access.setNoProxy(new String[0]);
        String before = System.setProperty(Config.KUBERNETES_NO_PROXY, "127.0.0.1");
        try (KubernetesClient lease = election.client(access, new Interceptor() {})) {
            assertThat(lease.getConfiguration().getHttpProxy()).isEqualTo("http://127.0.0.1:2");
            assertThat(lease.getConfiguration().getNoProxy()).isEmpty();
        } finally {
            if (before == null) {
                System.clearProperty(Config.KUBERNETES_NO_PROXY);
            } else {
                System.setProperty(Config.KUBERNETES_NO_PROXY, before);
            }
        }
    }

    @Test
    void whatConcernsTheLeaseGoesByItsOwnClientAndNothingElseDoes() {
        try (KubernetesClient nowhere = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:1")
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build()) {
            KubernetesClient joined = LeaderElection.joined(nowhere, client);

            assertThat(joined.resources(Lease.class)
                            .inNamespace(NAMESPACE)
                            .withName(LeaderElection.LEASE)
                            .get())
                    .isNotNull();
            assertThatThrownBy(() -> joined.pods().inNamespace(NAMESPACE).list())
                    .isInstanceOf(KubernetesClientException.class);
        }
    }

    @Test
    void aLeaderWhoseRenewalsAreAnsweredLeadsOn() {
        for (int times = 0; times < 3; times++) {
            time.pass(LeaderElection.RENEW_DEADLINE.minusNanos(1));
            // The first may have begun before that; the one after it has not.
            int before = server.renewals();
            Awaitility.await("renewed").until(() -> server.renewals() > before + 2);
        }
        assertThat(election.role()).isEqualTo(LeaderElection.Role.LEADER);
        assertThat(losses).hasValue(0);
    }

    /** Stands still but for what a test lets pass. */
    private static final class FakeTime implements RenewalWatch.Time {
        private long now; // guarded by this
        private int sleepers; // guarded by this

        @Override
        public synchronized long nanoTime() {
            return now;
        }

        @Override
        public synchronized void sleep(Duration duration) throws InterruptedException {
            long until = now + duration.toNanos();
            sleepers++;
            while (now < until) {
                wait();
            }
            sleepers--;
        }

        synchronized int sleepers() {
            return sleepers;
        }

        synchronized void pass(Duration duration) {
            now += duration.toNanos();
            notifyAll();
        }
    }
}
