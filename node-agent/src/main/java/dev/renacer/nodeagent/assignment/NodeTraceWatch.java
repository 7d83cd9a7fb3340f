// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.NodeTrace;
import dev.renacer.nodeagent.refusal.LogText;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's only watch: the NodeTraces of its node, selected by the server if it can do that ({@code spec.nodeName}
 * is a selectable field). It lists at the start and whenever the server has forgotten the watch's place, and keeps
 * trying while the server is unreachable: traces under way continue to their deadline.
 */
public final class NodeTraceWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTraceWatch.class);

    private final SharedIndexInformer<NodeTrace> informer;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final WatchProgress progress = new WatchProgress(System::nanoTime);
    private volatile boolean begun;
    private volatile boolean closed;

    /**
     * @param nodeName   the node whose NodeTraces are watched
     * @param namespace  the only namespace that is watched; empty: all
     * @param registry       takes the assignments
     */
    public NodeTraceWatch(
            KubernetesClient client, String nodeName, Optional<String> namespace, AssignmentRegistry registry) {
        MixedOperation<NodeTrace, KubernetesResourceList<NodeTrace>, Resource<NodeTrace>> all =
                client.resources(NodeTrace.class);
        AnyNamespaceOperation<NodeTrace, KubernetesResourceList<NodeTrace>, Resource<NodeTrace>> scope =
                namespace.isPresent() ? all.inNamespace(namespace.get()) : all.inAnyNamespace();
        informer = scope.withField("spec.nodeName", nodeName).runnableInformer(0);
        informer.exceptionHandler((started, failure) -> {
            progress.sign();
            if (failing.compareAndSet(false, true)) {
                LOG.warn("NodeTraces cannot be watched; retrying until they can: {}", LogText.of(failure));
            }
            return true;
        });
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(NodeTrace trace) {
                answered();
                registry.assigned(trace);
                handled(trace);
            }

            @Override
            public void onUpdate(NodeTrace before, NodeTrace trace) {
                answered();
                // The agent's own status writes come back as updates.
                if (!before.getMetadata().getUid().equals(trace.getMetadata().getUid())) {
                    registry.deleted(before);
                    progress.forget(before.getMetadata().getUid());
                    registry.assigned(trace);
                } else if (!before.getSpec().equals(trace.getSpec())
                        || trace.getMetadata().getDeletionTimestamp() != null) {
                    registry.assigned(trace);
                }
                handled(trace);
            }

            @Override
            public void onDelete(NodeTrace trace, boolean finalStateUnknown) {
                answered();
                registry.deleted(trace);
                progress.forget(trace.getMetadata().getUid());
            }
        });
    }

    private void handled(NodeTrace trace) {
        ObjectMeta meta = trace.getMetadata();
        progress.handled(meta.getUid(), meta.getResourceVersion());
    }

    /**
     * What has stalled, in words for a log: the watch itself, or the path from it to the assignments; empty if neither
     * has.
     */
    public Optional<String> stalled() {
        if (closed || !begun) {
            return Optional.empty();
        }
        Map<String, String> held = new HashMap<>();
        informer.getStore()
                .list()
                .forEach(trace -> held.put(
                        trace.getMetadata().getUid(), trace.getMetadata().getResourceVersion()));
        return progress.stalled(informer.isWatching(), held);
    }

    private void answered() {
        if (failing.compareAndSet(true, false)) {
            LOG.info("NodeTraces can be watched again");
        }
    }

    /** Begins; returns at once. */
    public void start() {
        begun = true;
        progress.sign();
        informer.start().whenComplete((started, failure) -> {
            if (closed) {
                return;
            }
            if (failure != null) {
                LOG.error("the watch of NodeTraces ended: {}", LogText.of(failure));
                progress.ended();
            } else {
                LOG.info("watching the NodeTraces of this node");
            }
        });
    }

    /** Whether the node's NodeTraces are known. */
    public boolean hasListed() {
        return informer.hasSynced();
    }

    @Override
    public void close() {
        closed = true;
        informer.stop();
    }
}
