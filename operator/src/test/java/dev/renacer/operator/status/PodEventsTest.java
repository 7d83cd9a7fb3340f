// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class PodEventsTest {
    private static final String DEADLINE = "2026-01-01T00:01:00Z";
    private static final TraceRequest REQUEST = Serialization.unmarshal(
            "metadata: {name: slow, namespace: shop, uid: u}\nspec: {podName: a, requestedBy: jo}", TraceRequest.class);

    @SuppressWarnings("NullAway.Init") // set by the extension
    private KubernetesClient client;

    private final Set<String> podsWithEvent = new HashSet<>();

    @Test
    void thePodsOwnerHearsOfBeginningAndEnd() {
        PodEvents events = events();

        events.begun(REQUEST, podsWithEvent, List.of(trace(1, true)), DEADLINE);
        events.begun(REQUEST, podsWithEvent, List.of(trace(1, true)), DEADLINE);
        events.ended(REQUEST, podsWithEvent, List.of(trace(1, true)), Reason.Stopped);

        assertThat(written())
                .extracting(Event::getReason, Event::getMessage)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(
                                "Tracing",
                                "System calls of this pod are traced until " + DEADLINE
                                        + " by TraceRequest slow, requested by jo; the annotation renacer.dev/deny:"
                                        + " \"true\" forbids it"),
                        org.assertj.core.groups.Tuple.tuple(
                                "Stopped",
                                "System calls of this pod are no longer traced by TraceRequest slow, requested by jo"));
        assertThat(written())
                .extracting(event -> event.getInvolvedObject().getName())
                .containsOnly("pod-1");
    }

    @Test
    void aPodOfWhichNothingIsTracedHearsNothing() {
        events().begun(REQUEST, podsWithEvent, List.of(trace(1, false)), DEADLINE);

        assertThat(written()).isEmpty();
    }

    @Test
    void fiftyPodsAtMostHearOfARequest() {
        List<NodeTrace> traces =
                IntStream.range(0, 60).mapToObj(number -> trace(number, true)).toList();
        PodEvents events = events();

        events.begun(REQUEST, podsWithEvent, traces, DEADLINE);
        assertThat(written()).hasSize(50);
        events.begun(REQUEST, podsWithEvent, traces, DEADLINE);
        assertThat(written()).hasSize(50);
        events.ended(REQUEST, podsWithEvent, traces, Reason.DeadlineReached);
        assertThat(written()).hasSize(100);
    }

    private PodEvents events() {
        return new PodEvents(new EventRecorder(client, "operator-1"));
    }

    private List<Event> written() {
        return client.v1().events().inNamespace("shop").list().getItems();
    }

    private static NodeTrace trace(int number, boolean traced) {
        return Serialization.unmarshal(
                """
                metadata: {name: t-%1$d, namespace: shop}
                spec:
                  nodeName: node-%1$d
                  targets: [{podName: pod-%1$d, podUid: uid-%1$d, namespace: shop, containerName: app, containerId: c}]
                status:
                  targets: [{podUid: uid-%1$d, containerName: app, containerId: c, state: Tracing%2$s}]
                """.formatted(number, traced ? ", since: '2026-01-01T00:00:00Z'" : ""), NodeTrace.class);
    }
}
