// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.install;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.operator.kube.ApiRefusals;
import dev.renacer.operator.leader.LeaderElection;
import dev.renacer.operator.request.RequestFinalizer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What {@code helm uninstall} cannot know of. {@link #endTraces} runs before it deletes anything, because only operator
 * and agents detach from a target in order; {@link #cleanUp} runs once their rights are gone, because until then they
 * would write again what it deletes. The objects of admins and tenants are left alone.
 */
public final class Uninstall {
    /** How long a trace may take to end: the operator waits {@link RequestFinalizer#GRACE} for its agents. */
    public static final Duration PATIENCE = RequestFinalizer.GRACE.plusSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final Optional<String> watchNamespace;
    private final Optional<String> leaseNamespace;
    private final DefaultObjects defaults;
    private final Consumer<String> report;

    /**
     * @param watchNamespace  the only namespace that is served; empty: all
     * @param leaseNamespace  where the Lease is; empty: there is none
     * @param defaults        the default objects as they were made
     * @param report          takes a line for each thing done
     */
    public Uninstall(
            KubernetesClient client,
            Optional<String> watchNamespace,
            Optional<String> leaseNamespace,
            DefaultObjects defaults,
            Consumer<String> report) {
        this.client = client;
        this.watchNamespace = watchNamespace;
        this.leaseNamespace = leaseNamespace;
        this.defaults = defaults;
        this.report = report;
    }

    /** Stops every request that is not over, queued ones too: they would begin once Renacer is installed again. */
    public void endTraces(Duration patience) throws InterruptedException {
        long began = System.nanoTime();
        while (true) {
            // Anew each time: until the operator is gone, people may ask for more.
            List<TraceRequest> open =
                    requests().stream().filter(request -> !isSettled(request)).toList();
            if (open.isEmpty()) {
                report.accept("no trace is live");
                return;
            }
            open.stream().filter(request -> !isToldToStop(request)).forEach(this::stop);
            if (System.nanoTime() - began > patience.toNanos()) {
                report.accept("not over after " + patience.toSeconds() + " s: "
                        + open.stream().map(Uninstall::id).collect(Collectors.joining(", "))
                        + "; agents detach when they stop");
                return;
            }
            Thread.sleep(PAUSE);
        }
    }

    /**
     * Deletes what operator and agents made, and takes the operator's finalizer off what is left.
     *
     * @param patience  how long to try again what is forbidden: a policy holds for a moment after it is deleted
     * @throws KubernetesClientException if the API server refuses
     */
    public void cleanUp(Duration patience) throws InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try {
                requests().stream()
                        .filter(request -> request.hasFinalizer(Renacer.FINALIZER))
                        .forEach(this::release);
                inServedNamespaces(NodeTrace.class).forEach(this::delete);
                list(client.resources(TraceNode.class)).forEach(this::delete);
                deleteLease();
                deleteDefaults();
                return;
            } catch (KubernetesClientException refused) {
                boolean forbidden = refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
                if (!forbidden || System.nanoTime() - began > patience.toNanos()) {
                    throw refused;
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    private static boolean isSettled(TraceRequest request) {
        boolean over = request.getStatus() != null && request.getStatus().completionTime() != null;
        boolean leaving = request.getMetadata().getDeletionTimestamp() != null;
        return (over || leaving) && !request.hasFinalizer(Renacer.FINALIZER);
    }

    private static boolean isToldToStop(TraceRequest request) {
        return request.getMetadata().getDeletionTimestamp() != null
                || Boolean.TRUE.equals(request.getSpec().stop());
    }

    private void stop(TraceRequest request) {
        unlessGone(() -> {
            client.resource(request).patch(MERGE, "{\"spec\":{\"stop\":true}}");
            report.accept("stopped TraceRequest " + id(request));
        });
    }

    private void release(TraceRequest request) {
        List<String> others = request.getFinalizers().stream()
                .filter(name -> !name.equals(Renacer.FINALIZER))
                .toList();
        Map<String, Object> metadata = Map.of(
                "finalizers", others, "resourceVersion", request.getMetadata().getResourceVersion());
        unlessGone(() -> {
            client.resource(request).patch(MERGE, Serialization.asJson(Map.of("metadata", metadata)));
            report.accept("took the finalizer off TraceRequest " + id(request));
        });
    }

    private void deleteLease() {
        leaseNamespace.ifPresent(namespace -> {
            Lease lease = client.leases()
                    .inNamespace(namespace)
                    .withName(LeaderElection.LEASE)
                    .get();
            if (lease != null) {
                delete(lease);
            }
        });
    }

    private void deleteDefaults() {
        defaults.sink().ifPresent(spec -> deleteUnchanged(TraceSink.class, Renacer.DEFAULT_SINK, spec));
        defaults.policy().ifPresent(spec -> deleteUnchanged(TracePolicy.class, Renacer.DEFAULT_POLICY, spec));
    }

    private <S, T extends CustomResource<S, ?>> void deleteUnchanged(Class<T> type, String name, S asMade) {
        T object = client.resources(type).withName(name).get();
        if (object != null
                && DefaultObjects.isMadeByOperator(object)
                && object.getSpec().equals(asMade)) {
            delete(object);
        }
    }

    private void delete(HasMetadata object) {
        client.resource(object).delete();
        report.accept("deleted " + object.getKind() + " " + id(object));
    }

    private List<TraceRequest> requests() {
        return inServedNamespaces(TraceRequest.class);
    }

    private <T extends HasMetadata & Namespaced> List<T> inServedNamespaces(Class<T> type) {
        MixedOperation<T, KubernetesResourceList<T>, Resource<T>> all = client.resources(type);
        return watchNamespace
                .map(namespace -> list(all.inNamespace(namespace)))
                .orElseGet(() -> list(all.inAnyNamespace()));
    }

    /** None where the definition is gone, and with it its objects. */
    private static <T extends HasMetadata> List<T> list(Listable<KubernetesResourceList<T>> objects) {
        try {
            return objects.list().getItems();
        } catch (KubernetesClientException e) {
            if (ApiRefusals.isGone(e)) {
                return List.of();
            }
            throw e;
        }
    }

    private static void unlessGone(Runnable write) {
        try {
            write.run();
        } catch (KubernetesClientException e) {
            if (!ApiRefusals.isGone(e)) {
                throw e;
            }
        }
    }

    private static String id(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return (namespace == null ? "" : namespace + "/") + object.getMetadata().getName();
    }
}
