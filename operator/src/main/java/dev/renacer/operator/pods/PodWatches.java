// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.pods;

import dev.renacer.operator.plan.PodSelection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches pods in namespaces with a live request: one informer for each of these, none for an idle cluster. Notifies
 * each request of changes to the pods it means. Safe for use by many threads.
 */
public final class PodWatches implements AutoCloseable {
    /**
     * How many pods are read at once when a watch begins. An answer is held as text and as objects, and anybody who may
     * create pods may make each as large as etcd allows, 1.5 MB: a few hundred with large annotations and one request
     * would have ended the operator.
     */
    private static final long PAGE = 20;

    private final KubernetesClient client;
    private final Consumer<ResourceID> onChange;
    private final Map<String, NamespaceWatch> watches = new HashMap<>();

    /**
     * @param onChange  called with a request when a pod it means has changed
     */
    public PodWatches(KubernetesClient client, Consumer<ResourceID> onChange) {
        this.client = client;
        this.onChange = onChange;
    }

    /**
     * The current pods of the request's namespace; from here on, until released, the request is notified of changes.
     */
    public List<Pod> pods(String namespace, ResourceID request, PodSelection selection) {
        NamespaceWatch watch;
        synchronized (watches) {
            watch = watches.computeIfAbsent(namespace, name -> new NamespaceWatch());
            watch.requests.put(request, selection);
        }
        return watch.informer(namespace).getStore().list();
    }

    /** Ends the notifications that {@link #pods} began. The last request of a namespace ends its watch. */
    public void release(String namespace, ResourceID request) {
        NamespaceWatch ended = null;
        synchronized (watches) {
            NamespaceWatch watch = watches.get(namespace);
            if (watch != null && watch.requests.remove(request) != null && watch.requests.isEmpty()) {
                watches.remove(namespace);
                ended = watch;
            }
        }
        if (ended != null) {
            ended.close();
        }
    }

    /** The namespaces that are currently watched. */
    int size() {
        synchronized (watches) {
            return watches.size();
        }
    }

    @Override
    public void close() {
        List<NamespaceWatch> ended;
        synchronized (watches) {
            ended = List.copyOf(watches.values());
            watches.clear();
        }
        ended.forEach(NamespaceWatch::close);
    }

    private final class NamespaceWatch implements ResourceEventHandler<Pod> {
        private final Map<ResourceID, PodSelection> requests = new HashMap<>(); // guarded by watches
        private @Nullable SharedIndexInformer<Pod> informer; // guarded by this

        /** The informer, with its first list read. */
        private synchronized SharedIndexInformer<Pod> informer(String namespace) {
            SharedIndexInformer<Pod> started = informer;
            if (started == null) {
                started = client.pods()
                        .inNamespace(namespace)
                        .withLimit(PAGE)
                        .runnableInformer(0)
                        .itemStore(PodTrimmer.store())
                        .addEventHandler(this)
                        .run();
                informer = started;
            }
            return started;
        }

        private synchronized void close() {
            if (informer != null) {
                informer.stop();
            }
        }

        @Override
        public void onAdd(Pod pod) {
            tell(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            // Labels may also change: a pod that is no longer meant still concerns the request.
            tell(before);
            tell(after);
        }

        @Override
        public void onDelete(Pod pod, boolean deletedFinalStateUnknown) {
            tell(pod);
        }

        private void tell(Pod pod) {
            List<ResourceID> concerned;
            synchronized (watches) {
                concerned = requests.entrySet().stream()
                        .filter(request -> request.getValue().concerns(pod))
                        .map(Map.Entry::getKey)
                        .toList();
            }
            concerned.forEach(onChange);
        }
    }
}
