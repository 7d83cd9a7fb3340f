// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.queue;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.plan.EffectivePolicy.Limit;
import dev.renacer.operator.status.AgentSilence;
import dev.renacer.operator.status.Conditions;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is when policies limit how many requests run at once, in a namespace and on a node. The objects say who
 * runs and who waits; only grants that are not yet in the caches are remembered. Safe for use by many threads.
 */
public final class RequestQueue {
    private static final int MOST_ENDED = 10_000;

    private final Supplier<Stream<TraceRequest>> requests;
    private final Supplier<Stream<NodeTrace>> traces;
    private final Function<String, Optional<AdmissionState>> states;
    private final Consumer<ResourceID> wake;
    private final Map<String, Grant> granted = new HashMap<>(); // by request UID; guarded by this
    private final Map<String, Map<String, TraceRequest>> waiting = new HashMap<>(); // node to UIDs; guarded by this
    private final Set<String> ended = new LinkedHashSet<>(); // UIDs the caches may still show; guarded by this

    private record Grant(String namespace, Set<String> nodes) {}

    /**
     * @param requests  all known requests
     * @param traces    all known NodeTraces
     * @param states    request UID to what is remembered about it, if anything
     * @param wake      called with a request whose turn may have come
     */
    public RequestQueue(
            Supplier<Stream<TraceRequest>> requests,
            Supplier<Stream<NodeTrace>> traces,
            Function<String, Optional<AdmissionState>> states,
            Consumer<ResourceID> wake) {
        this.requests = requests;
        this.traces = traces;
        this.states = states;
        this.wake = wake;
    }

    /** Allows the request to run, or returns its place in its namespace's queue. */
    public synchronized Optional<String> admit(TraceRequest request, AdmissionState state, Optional<Limit> limit) {
        if (limit.isEmpty()) {
            state.admitted(true);
            return Optional.empty();
        }
        String namespace = request.getMetadata().getNamespace();
        List<TraceRequest> all = requests.get()
                .filter(other -> namespace.equals(other.getMetadata().getNamespace()))
                .toList();
        List<TraceRequest> running = all.stream().filter(this::isRunning).toList();
        List<FairOrder.Entry> queue = FairOrder.of(
                Stream.concat(Stream.of(request), all.stream().filter(this::isWaiting))
                        .map(RequestQueue::entry)
                        .collect(Collectors.toSet()),
                Map.of(namespace, running.size()));
        int place = queue.indexOf(entry(request));
        if (running.size() + place < limit.get().value()) {
            state.admitted(true);
            return Optional.empty();
        }
        return Optional.of("Number " + (place + 1) + " in the queue of namespace " + namespace + "; TracePolicy \""
                + limit.get().policy() + "\" lets " + limit.get().value()
                + (limit.get().value() == 1 ? " request" : " requests") + " run at once" + names(running));
    }

    /** Those of the nodes a request would run on that have no room for it. The request is woken when they have. */
    public synchronized Set<String> fullNodes(TraceRequest request, Set<String> nodes, Optional<Limit> limit) {
        String uid = request.getMetadata().getUid();
        waiting.values().forEach(line -> line.remove(uid));
        waiting.values().removeIf(Map::isEmpty);
        Set<String> full = limit.isEmpty() ? Set.of() : fullNodes(request, nodes, limit.get());
        Set<String> got = new HashSet<>(nodes);
        got.removeAll(full);
        full.forEach(node -> waiting.computeIfAbsent(node, _ -> new HashMap<>()).put(uid, request));
        Grant before = granted.put(uid, new Grant(request.getMetadata().getNamespace(), got));
        if (before != null && !got.containsAll(before.nodes())) {
            wakeNodes();
        }
        return full;
    }

    /** A request is over: waiting ones are looked at again. */
    public synchronized void ended(TraceRequest request) {
        ended.add(request.getMetadata().getUid());
        if (ended.size() > MOST_ENDED) {
            ended.remove(ended.iterator().next());
        }
        released(request);
    }

    /** A request does not run, for now or for good: waiting ones are looked at again. */
    public synchronized void released(TraceRequest request) {
        String uid = request.getMetadata().getUid();
        granted.remove(uid);
        waiting.values().forEach(line -> line.remove(uid));
        waiting.values().removeIf(Map::isEmpty);
        wakeNodes();
        String namespace = request.getMetadata().getNamespace();
        requests.get()
                .filter(other -> namespace.equals(other.getMetadata().getNamespace()))
                .filter(this::isWaiting)
                .forEach(other -> wake.accept(ResourceID.fromResource(other)));
    }

    private Set<String> fullNodes(TraceRequest request, Set<String> nodes, Limit limit) {
        Map<String, Map<String, String>> holders = holders(nodes);
        Set<String> full = new TreeSet<>();
        for (String node : nodes) {
            Map<String, String> there = holders.getOrDefault(node, Map.of());
            if (!there.containsKey(request.getMetadata().getUid()) && !isNext(request, node, there, limit)) {
                full.add(node);
            }
        }
        return full;
    }

    private boolean isNext(TraceRequest request, String node, Map<String, String> holders, Limit limit) {
        int room = limit.value() - holders.size();
        if (room <= 0) {
            return false;
        }
        Map<String, Integer> running = new HashMap<>();
        holders.values().forEach(namespace -> running.merge(namespace, 1, Integer::sum));
        List<FairOrder.Entry> order = FairOrder.of(
                Stream.concat(Stream.of(request), waiting.getOrDefault(node, Map.of()).values().stream())
                        .map(RequestQueue::entry)
                        .collect(Collectors.toSet()),
                running);
        return order.indexOf(entry(request)) < room;
    }

    /** By node, the requests that trace there, by UID, each with its namespace. */
    private Map<String, Map<String, String>> holders(Set<String> nodes) {
        Map<String, Map<String, String>> holders = new HashMap<>();
        traces.get()
                .filter(trace -> nodes.contains(trace.getSpec().nodeName()))
                .filter(trace -> !trace.getSpec().isIdle())
                .filter(trace -> !AgentSilence.isFinished(trace))
                .filter(trace -> trace.getMetadata().getDeletionTimestamp() == null)
                .filter(trace -> !ended.contains(trace.getSpec().requestUid()))
                .forEach(trace -> holders.computeIfAbsent(trace.getSpec().nodeName(), _ -> new TreeMap<>())
                        .put(trace.getSpec().requestUid(), trace.getMetadata().getNamespace()));
        granted.forEach((uid, grant) -> grant.nodes().stream()
                .filter(nodes::contains)
                .forEach(node ->
                        holders.computeIfAbsent(node, _ -> new TreeMap<>()).putIfAbsent(uid, grant.namespace())));
        return holders;
    }

    private void wakeNodes() {
        waiting.values().stream()
                .flatMap(line -> line.values().stream())
                .map(ResourceID::fromResource)
                .distinct()
                .forEach(wake);
    }

    private boolean isRunning(TraceRequest request) {
        if (ended.contains(request.getMetadata().getUid())) {
            return false;
        }
        Optional<AdmissionState> state = states.apply(request.getMetadata().getUid());
        TraceRequestStatus status = latest(request, state);
        if (status != null && status.completionTime() != null) {
            return false;
        }
        boolean begun =
                state.filter(AdmissionState::admitted).isPresent() || (status != null && status.startTime() != null);
        return begun && (state.isPresent() || request.getMetadata().getDeletionTimestamp() == null);
    }

    private boolean isWaiting(TraceRequest request) {
        TraceRequestStatus status =
                latest(request, states.apply(request.getMetadata().getUid()));
        return !isRunning(request)
                && !ended.contains(request.getMetadata().getUid())
                && request.getMetadata().getDeletionTimestamp() == null
                && (status == null || status.completionTime() == null)
                && !Conditions.isFalse(status, ConditionType.Accepted)
                && (request.getSpec() == null
                        || !Boolean.TRUE.equals(request.getSpec().stop()));
    }

    private static @Nullable TraceRequestStatus latest(TraceRequest request, Optional<AdmissionState> state) {
        return state.isPresent() ? state.get().latest(request.getStatus()) : request.getStatus();
    }

    private static FairOrder.Entry entry(TraceRequest request) {
        return new FairOrder.Entry(
                request.getMetadata().getUid(),
                request.getMetadata().getNamespace(),
                Optional.ofNullable(request.getMetadata().getCreationTimestamp())
                        .map(Instant::parse)
                        .orElse(Instant.EPOCH));
    }

    private static String names(List<TraceRequest> running) {
        if (running.isEmpty()) {
            return "";
        }
        String shown = running.stream()
                .map(request -> request.getMetadata().getName())
                .sorted()
                .limit(3)
                .collect(Collectors.joining(", "));
        return ", now: " + shown + (running.size() > 3 ? " and " + (running.size() - 3) + " more" : "");
    }
}
