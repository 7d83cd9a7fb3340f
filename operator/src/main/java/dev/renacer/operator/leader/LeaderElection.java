// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.leader;

import dev.renacer.operator.kube.JsonPatch;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several replicas serves: the holder of a Lease. The others keep warm caches and do nothing.
 *
 * <p>The leader renews every {@link #RETRY_PERIOD}: one GET and one PATCH; a standby reads as often. If the leader was
 * killed, a standby leads after at most {@link #LEASE_DURATION} and two retries; after a clean stop, which gives the
 * lease back, after two retries.
 */
public final class LeaderElection {
    /** Name of the Lease. */
    public static final String LEASE = "renacer-operator";

    /**
     * How long others wait for a leader that is silent. This and the next two values are those of Kubernetes' own
     * controllers.
     */
    static final Duration LEASE_DURATION = Duration.ofSeconds(15);

    /**
     * How long after its last renewal the leader ends itself, even if its calls hang; shorter than the above, so that
     * there are never two leaders.
     */
    static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);

    /** How often the lease is renewed, and read by others. */
    static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

    /** A call that hangs leaves time for another call before the deadline. */
    private static final Duration CALL_TIMEOUT = RENEW_DEADLINE.dividedBy(2);

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

    /** What this replica does. */
    public enum Role {
        /** Waits for the lease, or has given it up. */
        STANDBY,
        /** Serves. */
        LEADER,
        /** Is stopping; then the loss of the lease is intended. */
        STOPPING
    }

    private final String namespace;
    private final String identity;
    private final RenewalWatch renewals;
    private Role role = Role.STANDBY; // guarded by this

    /**
     * The role of one replica.
     *
     * @param namespace  where the Lease is
     * @param identity   this replica's name in it
     */
    public LeaderElection(String namespace, String identity) {
        this(namespace, identity, RenewalWatch.Time.SYSTEM);
    }

    LeaderElection(String namespace, String identity, RenewalWatch.Time time) {
        this.namespace = namespace;
        this.identity = identity;
        renewals = new RenewalWatch(namespace, LEASE, RENEW_DEADLINE, time);
    }

    /** Must see every request of the client that renews the lease. */
    Interceptor renewals() {
        return renewals;
    }

    /**
     * The client that renews the lease: a separate one, with its own connection and threads, so that no renewal waits
     * behind the hundreds of calls that a burst of requests causes.
     *
     * @param access   how to reach the API server; not changed
     * @param metrics  sees its requests
     */
    public KubernetesClient client(Config access, Interceptor metrics) {
        Config own = new ConfigBuilder(access)
                .withRequestTimeout((int) CALL_TIMEOUT.toMillis())
                .withConnectionTimeout((int) CALL_TIMEOUT.toMillis())
                .withRequestRetryBackoffLimit(0)
                .build();
        // The builder reads the environment again, and copies none of the proxy's exceptions where there are none.
        own.setNoProxy(access.getNoProxy());
        return new KubernetesClientBuilder()
                .withConfig(own)
                .withHttpClientBuilderConsumer(http -> {
                    http.addOrReplaceInterceptor("renacer-metrics", metrics);
                    http.addOrReplaceInterceptor("renacer-lease", renewals);
                })
                .build();
    }

    /**
     * A client that uses one client for the lease and another for everything else: the operator SDK has only one for
     * both.
     *
     * @param lease  of {@link #client}
     */
    public static KubernetesClient joined(KubernetesClient all, KubernetesClient lease) {
        InvocationHandler handler = (_, method, arguments) -> {
            boolean ofLease = arguments != null
                    && arguments.length > 0
                    && (arguments[0] == Lease.class || arguments[0] instanceof Lease);
            try {
                return method.invoke(ofLease ? lease : all, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (KubernetesClient) Proxy.newProxyInstance(
                LeaderElection.class.getClassLoader(), new Class<?>[] {KubernetesClient.class}, handler);
    }

    /** What this replica does now. */
    public synchronized Role role() {
        return role;
    }

    /**
     * For the operator SDK.
     *
     * @param onLead  called when the lease is held, before the first request is served
     * @param onLoss  called once when the lease is lost or not renewed in time; must end the process, since
     *     reconciliations may be under way
     */
    // With the builder, the SDK would also exit at a clean stop: within the shutdown hook, which would then wait for
    // itself.
    @SuppressWarnings("deprecation")
    public LeaderElectionConfiguration configuration(Runnable onLead, Runnable onLoss) {
        LeaderCallbacks callbacks = new LeaderCallbacks(
                () -> {
                    if (change(Role.STANDBY, Role.LEADER)) {
                        LOG.info("leading lease={}/{} identity={}", namespace, LEASE, identity);
                        renewals.held();
                        // Before the rest: what is done on taking the lead may also hang.
                        watch(onLoss);
                        onLead.run();
                    }
                },
                () -> lose(Role.LEADER, onLoss),
                leader -> {
                    if (!identity.equals(leader) && leader != null && !leader.isEmpty()) {
                        LOG.info("standing by lease={}/{} leader={}", namespace, LEASE, leader);
                    }
                });
        return new LeaderElectionConfiguration(
                LEASE, namespace, LEASE_DURATION, RENEW_DEADLINE, RETRY_PERIOD, identity, callbacks, false);
    }

    /** From here on the loss of the lease is intended. */
    public synchronized void stopping() {
        role = Role.STOPPING;
    }

    /**
     * On a thread of its own, which waits for nothing but time. A stopping replica is watched as well: calls that hang
     * delay the stop, and the work under way would continue.
     */
    private void watch(Runnable onLoss) {
        Thread.ofPlatform().daemon().name("renacer-lease-watch").start(() -> {
            if (renewals.awaitExpiry(() -> role() != Role.STANDBY)) {
                lose(role(), onLoss);
            }
        });
    }

    private void lose(Role from, Runnable onLoss) {
        if (from != Role.STANDBY && change(from, Role.STANDBY)) {
            onLoss.run();
        }
    }

    private synchronized boolean change(Role from, Role to) {
        if (role != from) {
            return false;
        }
        role = to;
        return true;
    }

    /**
     * Gives the lease back, so that a standby need not wait for it to expire; to be called once nothing is reconciled
     * any more.
     */
    public void release(KubernetesClient client) {
        try {
            Lease lease = client.leases().inNamespace(namespace).withName(LEASE).get();
            if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
                client.leases()
                        .inNamespace(namespace)
                        .withName(LEASE)
                        .patch(
                                PatchContext.of(PatchType.JSON),
                                JsonPatch.of(
                                        JsonPatch.test("/spec/holderIdentity", identity),
                                        JsonPatch.put("/spec/holderIdentity", "")));
            }
            change(Role.STOPPING, Role.STANDBY);
        } catch (KubernetesClientException e) {
            LOG.warn("cannot give the lease back, it expires lease={}/{}: {}", namespace, LEASE, e.getMessage());
        }
    }
}
