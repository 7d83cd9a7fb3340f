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
 * Watches pods where a request is live: one informer for each namespace with a live request, none for an idle cluster. Tells each
 * request of changes to pods it means. Safe for use by many threads.
 */
public final class PodWatches implements AutoCloseable {
    /**
     * Pods read at once when a watch begins. An answer is held as text and as objects, and whoever may create pods may make each as
     * large as etcd takes, 1.5 MB: a few hundred with large annotations and one request would have ended the operator.
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

    /** The pods of the request's namespace now; from here on, until released, the request hears of changes. */
    public List<Pod> pods(String namespace, ResourceID request, PodSelection selection) {
        NamespaceWatch watch;
        synchronized (watches) {
            watch = watches.computeIfAbsent(namespace, name -> new NamespaceWatch());
            watch.requests.put(request, selection);
        }
        return watch.informer(namespace).getStore().list();
    }

    /** Ends what {@link #pods} began. The last request of a namespace ends its watch. */
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

    /** Namespaces watched now. */
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

        /** The informer, its first list read. */
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
            // Labels may change too: a pod that is no longer meant concerns the request as well.
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
