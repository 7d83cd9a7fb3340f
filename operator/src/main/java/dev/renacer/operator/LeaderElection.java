// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several replicas serves: the holder of a Lease. The others hold warm caches and do nothing.
 *
 * <p>The leader renews every {@link #RETRY_PERIOD}: one GET and one PATCH; a standby reads as often. One whose leader was killed leads
 * at most {@link #LEASE_DURATION} and two retries later; after a clean stop, which gives the lease back, after two retries.
 */
final class LeaderElection {
    /** Name of the Lease. */
    static final String LEASE = "renacer-operator";

    /** How long others wait for a leader that is not heard of. */
    static final Duration LEASE_DURATION = Duration.ofSeconds(10);

    /** How long the leader tries to renew before it ends itself; shorter than the above, so that there are never two. */
    static final Duration RENEW_DEADLINE = Duration.ofSeconds(6);

    /** How often the lease is renewed, and looked at by others. */
    static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

    /** What this replica does. */
    enum Role {
        /** Waits for the lease. */
        STANDBY,
        /** Serves. */
        LEADER,
        /** Is stopping; that the lease goes is then meant. */
        STOPPING
    }

    private final String namespace;
    private final String identity;
    private Role role = Role.STANDBY; // guarded by this

    LeaderElection(String namespace, String identity) {
        this.namespace = namespace;
        this.identity = identity;
    }

    /** What this replica does now. */
    synchronized Role role() {
        return role;
    }

    /**
     * For the operator SDK.
     *
     * @param onLead  called when the lease is held, before the first request is served
     * @param onLoss  called when the lease is lost; must end the process, for reconciliations may be under way
     */
    // With the builder the SDK exits at a clean stop too: within the shutdown hook, which then waits for itself.
    @SuppressWarnings("deprecation")
    LeaderElectionConfiguration configuration(Runnable onLead, Runnable onLoss) {
        LeaderCallbacks callbacks = new LeaderCallbacks(
                () -> {
                    if (change(Role.STANDBY, Role.LEADER)) {
                        LOG.info("leading lease={}/{} identity={}", namespace, LEASE, identity);
                        onLead.run();
                    }
                },
                () -> {
                    if (change(Role.LEADER, Role.STANDBY)) {
                        onLoss.run();
                    }
                },
                leader -> {
                    if (!identity.equals(leader) && leader != null && !leader.isEmpty()) {
                        LOG.info("standing by lease={}/{} leader={}", namespace, LEASE, leader);
                    }
                });
        return new LeaderElectionConfiguration(
                LEASE, namespace, LEASE_DURATION, RENEW_DEADLINE, RETRY_PERIOD, identity, callbacks, false);
    }

    /** From here on the loss of the lease is meant. */
    synchronized void stopping() {
        role = Role.STOPPING;
    }

    private synchronized boolean change(Role from, Role to) {
        if (role != from) {
            return false;
        }
        role = to;
        return true;
    }

    /** Gives the lease back, so that a standby need not wait for it to expire; once nothing is reconciled any more. */
    void release(KubernetesClient client) {
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
        } catch (KubernetesClientException e) {
            LOG.warn("cannot give the lease back, it expires lease={}/{}: {}", namespace, LEASE, e.getMessage());
        }
    }
}
