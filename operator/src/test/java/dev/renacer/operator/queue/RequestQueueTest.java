// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.plan.EffectivePolicy.Limit;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestQueueTest {
    private static final Optional<Limit> ONE = Optional.of(new Limit(1, "strict"));

    private final List<TraceRequest> requests = new ArrayList<>();
    private final List<NodeTrace> traces = new ArrayList<>();
    private final Map<String, AdmissionState> states = new HashMap<>();
    private final List<String> woken = new ArrayList<>();
    private RequestQueue queue = queue();

    /** A request of which no status was written yet. */
    private static final class Remembered implements AdmissionState {
        private boolean admitted;

        @Override
        public @Nullable TraceRequestStatus latest(@Nullable TraceRequestStatus read) {
            return read;
        }

        @Override
        public boolean admitted() {
            return admitted;
        }

        @Override
        public void admitted(boolean now) {
            admitted = now;
        }
    }

    @Test
    void withoutALimitEverybodyRuns() {
        assertThat(admit(request("a", "shop", 1), Optional.empty())).isEmpty();
        assertThat(admit(request("b", "shop", 2), Optional.empty())).isEmpty();
    }

    @Test
    void whoComesLaterWaitsAndIsToldThePlace() {
        TraceRequest a = request("a", "shop", 1);
        TraceRequest b = request("b", "shop", 2);
        TraceRequest c = request("c", "shop", 3);
        assertThat(admit(a, ONE)).isEmpty();

        assertThat(admit(c, ONE))
                .contains("Number 2 in the queue of namespace shop; TracePolicy \"strict\" lets 1 request run at once,"
                        + " now: a");
        assertThat(admit(b, ONE)).get().asString().startsWith("Number 1 in the queue");

        queue.ended(a);
        assertThat(woken).containsExactlyInAnyOrder("b", "c");
        assertThat(admit(c, ONE)).as("b came earlier").isPresent();
        assertThat(admit(b, ONE)).isEmpty();
    }

    @Test
    void namespacesDoNotWaitForEachOther() {
        assertThat(admit(request("a", "shop", 1), ONE)).isEmpty();
        assertThat(admit(request("b", "bank", 2), ONE)).isEmpty();
    }

    @Test
    void aNewOperatorFindsWhoRunsAndWhoWaitsInTheObjects() {
        TraceRequest running = request("late", "shop", 9);
        running.setStatus(Serialization.unmarshal(
                "--- {startTime: '2026-01-01T00:00:00Z', conditions: [{type: Accepted, status: 'True'}]}",
                TraceRequestStatus.class));
        TraceRequest first = request("first", "shop", 1);
        TraceRequest second = request("second", "shop", 2);
        queue = queue();

        assertThat(admit(second, ONE)).get().asString().startsWith("Number 2 ").endsWith(" now: late");
        assertThat(admit(first, ONE)).get().asString().startsWith("Number 1 ");
    }

    @Test
    void aRefusedRequestHoldsNoPlace() {
        TraceRequest refused = request("refused", "shop", 1);
        refused.setStatus(Serialization.unmarshal(
                "--- {conditions: [{type: Accepted, status: 'False'}]}", TraceRequestStatus.class));

        assertThat(admit(request("next", "shop", 2), ONE)).isEmpty();
    }

    @Test
    void aFullNodeTakesTheNamespaceWithTheFewestThereFirst() {
        Optional<Limit> two = Optional.of(new Limit(2, "strict"));
        TraceRequest a1 = request("a1", "a", 1);
        TraceRequest a2 = request("a2", "a", 2);
        TraceRequest a3 = request("a3", "a", 3);
        TraceRequest b1 = request("b1", "b", 4);
        assertThat(queue.fullNodes(a1, Set.of("n"), two)).isEmpty();
        assertThat(queue.fullNodes(a2, Set.of("n", "m"), two)).isEmpty();
        assertThat(queue.fullNodes(a3, Set.of("n", "m"), two)).containsExactly("n");
        assertThat(queue.fullNodes(b1, Set.of("n"), two)).containsExactly("n");

        queue.ended(a1);
        assertThat(woken).contains("a3", "b1");
        assertThat(queue.fullNodes(a3, Set.of("n", "m"), two))
                .as("b has none there")
                .containsExactly("n");
        assertThat(queue.fullNodes(b1, Set.of("n"), two)).isEmpty();
    }

    @Test
    void whoLeavesANodeMakesRoomThere() {
        TraceRequest a = request("a", "shop", 1);
        TraceRequest b = request("b", "shop", 2);
        assertThat(queue.fullNodes(a, Set.of("n"), ONE)).isEmpty();
        assertThat(queue.fullNodes(b, Set.of("n"), ONE)).containsExactly("n");

        assertThat(queue.fullNodes(a, Set.of(), ONE)).isEmpty();
        assertThat(woken).contains("b");
        assertThat(queue.fullNodes(b, Set.of("n"), ONE)).isEmpty();
    }

    private RequestQueue queue() {
        return new RequestQueue(
                requests::stream,
                traces::stream,
                uid -> Optional.ofNullable(states.get(uid)),
                id -> woken.add(id.getName()));
    }

    private Optional<String> admit(TraceRequest request, Optional<Limit> limit) {
        AdmissionState state = states.computeIfAbsent(request.getMetadata().getUid(), _ -> new Remembered());
        return queue.admit(request, state, limit);
    }

    private TraceRequest request(String name, String namespace, int second) {
        TraceRequest request =
                Serialization.unmarshal("""
                apiVersion: renacer.dev/v1alpha1
                kind: TraceRequest
                metadata: {name: %s, namespace: %s, uid: uid-%s, creationTimestamp: "2026-01-01T00:00:0%dZ"}
                spec: {podName: x}
                """.formatted(name, namespace, name, second), TraceRequest.class);
        requests.add(request);
        return request;
    }
}
