// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.definition.Definitions;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedApiTest {
    private EmbeddedApi api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        api = EmbeddedApi.start();
        Definitions.load().forEach(api::register);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.kubeconfig("shop")))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    @Test
    void aRequestCreatedIsListedAndRemoved() {
        client.resource(request("checkout")).create();

        assertThat(client.resources(TraceRequest.class)
                        .inNamespace("shop")
                        .list()
                        .getItems())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.getMetadata().getUid()).isNotBlank();
                    assertThat(found.getSpec().podName()).isEqualTo("web-1");
                });
        assertThat(client.resources(TraceRequest.class).inAnyNamespace().list().getItems())
                .hasSize(1);
        assertThat(client.resources(TraceRequest.class)
                        .inNamespace("other")
                        .list()
                        .getItems())
                .isEmpty();

        client.resources(TraceRequest.class)
                .inNamespace("shop")
                .withName("checkout")
                .delete();
        assertThat(client.resources(TraceRequest.class)
                        .inNamespace("shop")
                        .withName("checkout")
                        .get())
                .isNull();
    }

    @Test
    void whatIsOnlyTriedChangesNothing() {
        var requests = client.resources(TraceRequest.class).inNamespace("shop");

        assertThat(client.resource(request("checkout"))
                        .dryRun(true)
                        .create()
                        .getMetadata()
                        .getName())
                .isEqualTo("checkout");
        assertThat(requests.list().getItems()).isEmpty();

        client.resource(request("checkout")).create();
        assertThatThrownBy(
                        () -> client.resource(request("checkout")).dryRun(true).create())
                .isInstanceOf(KubernetesClientException.class)
                .extracting(e -> ((KubernetesClientException) e).getCode())
                .isEqualTo(409);
        requests.withName("checkout").dryRun(true).delete();
        assertThat(requests.list().getItems()).hasSize(1);
    }

    @Test
    void creatingTwiceIsAConflict() {
        client.resource(request("checkout")).create();

        assertThatThrownBy(() -> client.resource(request("checkout")).create())
                .isInstanceOf(KubernetesClientException.class)
                .extracting(e -> ((KubernetesClientException) e).getCode())
                .isEqualTo(409);
    }

    @Test
    void statusAndSpecAreWrittenApart() {
        client.resource(request("checkout")).create();
        var named = client.resources(TraceRequest.class).inNamespace("shop").withName("checkout");

        named.editStatus(found -> {
            found.setStatus(status(new TraceTotals(1, 2, 3, 4, 5)));
            return found;
        });

        assertThat(named.get().getStatus().totals()).isEqualTo(new TraceTotals(1, 2, 3, 4, 5));
        assertThat(named.get().getMetadata().getGeneration()).isEqualTo(1);
        TraceRequest stopped = named.patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true},\"status\":{\"totals\":null}}");
        assertThat(stopped.getSpec().stop()).isTrue();
        assertThat(stopped.getStatus().totals())
                .as("a write of the object leaves its status")
                .isNotNull();
        assertThat(stopped.getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void aStatusIsHeldAgainstTheSchemaAsTheSpecIs() {
        client.resource(request("checkout")).create();
        var requests = client.genericKubernetesResources(ResourceDefinitionContext.fromResourceType(TraceRequest.class))
                .inNamespace("shop")
                .withName("checkout");

        assertThatThrownBy(() -> requests.subresource("status")
                        .patch(
                                PatchContext.of(PatchType.JSON),
                                "[{\"op\":\"add\",\"path\":\"/status\"," + "\"value\":{\"nodes\":\"one\"}}]"))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(
                        "status.nodes: Invalid value: \"string\": status.nodes in body must be of type integer: \"string\"");
        assertThatThrownBy(() -> requests.subresource("status")
                        .patch(
                                PatchContext.of(PatchType.JSON),
                                "[{\"op\":\"test\",\"path\":\"/spec/podName\"," + "\"value\":\"another\"}]"))
                .isInstanceOf(KubernetesClientException.class)
                .extracting(e -> ((KubernetesClientException) e).getCode())
                .isEqualTo(422);
    }

    @Test
    void anObjectWithAFinalizerGoesWhenTheFinalizerGoes() {
        TraceRequest request = request("checkout");
        request.getMetadata().setFinalizers(List.of("renacer.dev/detach"));
        client.resource(request).create();
        var named = client.resources(TraceRequest.class).inNamespace("shop").withName("checkout");

        named.delete();
        assertThat(named.get().getMetadata().getDeletionTimestamp()).isNotNull();
        named.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");

        assertThat(named.get()).isNull();
    }

    @Test
    void whatIsOwnedGoesWithItsOwner() {
        TraceRequest owner = client.resource(request("checkout")).create();
        NodeTrace owned = nodeTrace("checkout-node-1", "node-1");
        owned.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion("renacer.dev/v1alpha1")
                        .withKind("TraceRequest")
                        .withName("checkout")
                        .withUid(owner.getMetadata().getUid())
                        .build()));
        client.resource(owned).create();

        client.resource(owner).delete();

        Awaitility.await()
                .untilAsserted(() -> assertThat(client.resources(NodeTrace.class)
                                .inNamespace("shop")
                                .list()
                                .getItems())
                        .isEmpty());
    }

    @Test
    void listAndWatchKeepToTheFieldSelector() {
        client.resource(nodeTrace("one", "node-1")).create();
        client.resource(nodeTrace("two", "node-2")).create();
        var ofNode1 = client.resources(NodeTrace.class).inAnyNamespace().withField("spec.nodeName", "node-1");
        List<String> events = new CopyOnWriteArrayList<>();

        assertThat(ofNode1.list().getItems())
                .extracting(trace -> trace.getMetadata().getName())
                .containsExactly("one");
        try (Watch _ = ofNode1.watch(recording(events))) {
            client.resource(nodeTrace("three", "node-1")).create();
            client.resource(nodeTrace("four", "node-2")).create();
            client.resources(NodeTrace.class)
                    .inNamespace("shop")
                    .withName("three")
                    .delete();

            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(events).containsExactly("ADDED one", "ADDED three", "DELETED three"));
        }
    }

    @Test
    void aWatchBeginsWhereItsListEnded() {
        client.resource(nodeTrace("one", "node-1")).create();
        String version = client.resources(NodeTrace.class)
                .inNamespace("shop")
                .list()
                .getMetadata()
                .getResourceVersion();
        client.resources(NodeTrace.class).inNamespace("shop").withName("one").delete();
        List<String> events = new CopyOnWriteArrayList<>();

        try (Watch _ = client.resources(NodeTrace.class)
                .inNamespace("shop")
                .withResourceVersion(version)
                .watch(recording(events))) {
            Awaitility.await().untilAsserted(() -> assertThat(events).containsExactly("DELETED one"));
        }
    }

    @Test
    void aWatchReadsOnAfterTextThatIsNotAscii() {
        List<String> events = new CopyOnWriteArrayList<>();
        NodeTrace named = nodeTrace("one", "node-1");
        named.getMetadata().setAnnotations(Map.of("note", "größer als 5 µs"));

        try (Watch _ = client.resources(NodeTrace.class).inNamespace("shop").watch(recording(events))) {
            client.resource(named).create();
            client.resource(nodeTrace("two", "node-1")).create();
            client.resource(nodeTrace("three", "node-1")).create();

            Awaitility.await()
                    .untilAsserted(() -> assertThat(events).containsExactly("ADDED one", "ADDED two", "ADDED three"));
        }
        assertThat(client.resources(NodeTrace.class)
                        .inNamespace("shop")
                        .withName("one")
                        .require()
                        .getMetadata()
                        .getAnnotations())
                .containsEntry("note", "größer als 5 µs");
    }

    @Test
    void labelSelectorsSelect() {
        client.resource(configMap("a", "app", "web")).create();
        client.resource(configMap("b", "app", "db")).create();
        client.resource(configMap("c", "tier", "x")).create();
        var maps = client.configMaps().inNamespace("shop");

        assertThat(names(maps.withLabel("app", "web").list().getItems())).containsExactly("a");
        assertThat(names(maps.withLabel("app").list().getItems())).containsExactly("a", "b");
        assertThat(names(maps.withoutLabel("app", "web").list().getItems())).containsExactly("b", "c");
        assertThat(names(maps.withLabelIn("app", "web", "db").list().getItems()))
                .containsExactly("a", "b");
    }

    @Test
    void whoDoesNotKnowTheUrlIsRefused() throws Exception {
        URI uri = URI.create(api.url());
        URI guessed = new URI("http", uri.getAuthority(), "/api/v1/pods", null, null);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(guessed).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aWatchThatWantsTheListToBeginWithIsRefusedSoThatTheClientListsFirst() throws Exception {
        URI watch =
                URI.create(api.url() + "/apis/renacer.dev/v1alpha1/tracerequests?watch=true&sendInitialEvents=true");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(watch).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("\"reason\":\"Invalid\"");
        }
    }

    @Test
    void discoveryNamesEveryResource() {
        assertThat(client.hasApiGroup("renacer.dev", true)).isTrue();
        assertThat(client.supports(TraceRequest.class)).isTrue();
        assertThat(client.supports("renacer.dev/v1alpha1", "NoSuchKind")).isFalse();
        assertThat(client.getKubernetesVersion().getMajor()).isEqualTo("1");
    }

    private static Watcher<NodeTrace> recording(List<String> events) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, NodeTrace trace) {
                events.add(action + " " + trace.getMetadata().getName());
            }

            @Override
            public void onClose(WatcherException cause) {
                events.add("closed: " + cause.getMessage());
            }
        };
    }

    private static List<String> names(List<ConfigMap> maps) {
        return maps.stream().map(map -> map.getMetadata().getName()).toList();
    }

    private static ConfigMap configMap(String name, String label, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .addToLabels(label, value)
                .endMetadata()
                .build();
    }

    static TraceRequest request(String name) {
        TraceRequest request = new TraceRequest();
        request.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace("shop").build());
        request.setSpec(Serialization.unmarshal("podName: web-1\ndurationSeconds: 10\n", TraceRequestSpec.class));
        return request;
    }

    static TraceRequestStatus status(TraceTotals totals) {
        return new TraceRequestStatus(1L, List.of(), null, null, null, 1, totals, List.of(), null, null, null);
    }

    private static NodeTrace nodeTrace(String name, String node) {
        NodeTrace trace = new NodeTrace();
        trace.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace("shop").build());
        trace.setSpec(new NodeTraceSpec(
                node,
                "checkout",
                "uid",
                List.of(),
                "2026-01-01T00:00:00Z",
                NodeTraceSpec.Profile.everything(100),
                new NodeTraceSpec.Sink("default", "http://127.0.0.1:4317", "grpc", null),
                null,
                null,
                null));
        return trace;
    }
}
