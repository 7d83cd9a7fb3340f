// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.definition.Definitions;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user's own kubectl makes of the stand-in. */
class KubectlTest {
    private static final String REQUEST = """
        apiVersion: renacer.dev/v1alpha1
        kind: TraceRequest
        metadata:
          name: checkout
        spec:
          podName: web-1
          durationSeconds: 10
        """;

    @TempDir
    Path folder;

    private EmbeddedApi api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(kubectlIsThere(), "kubectl is not on PATH: what it prints was not tested");
        api = EmbeddedApi.start();
        Definitions.load().forEach(api::register);
        Files.writeString(folder.resolve("kubeconfig"), api.kubeconfig("shop"));
        Files.writeString(folder.resolve("request.yaml"), REQUEST);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.kubeconfig("shop")))
                .build();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void stop() {
        if (api != null) {
            client.close();
            api.close();
        }
    }

    @Test
    void appliesGetsDescribesAndDeletes() throws Exception {
        assertThat(kubectl("apply", "-f", folder.resolve("request.yaml").toString()))
                .isEqualTo("tracerequest.renacer.dev/checkout created\n");
        assertThat(kubectl("apply", "-f", folder.resolve("request.yaml").toString()))
                .isEqualTo("tracerequest.renacer.dev/checkout unchanged\n");
        client.resources(TraceRequest.class)
                .inNamespace("shop")
                .withName("checkout")
                .editStatus(request -> {
                    request.setStatus(EmbeddedApiTest.status(new TraceTotals(1, 2, 3, 4321, 7)));
                    return request;
                });

        assertThat(kubectl("get", "rtr", "-A", "-o", "wide").lines())
                .satisfiesExactly(
                        head -> assertThat(head.split("\\s+"))
                                .startsWith("NAMESPACE", "NAME", "STATE", "RESULT", "NODES", "SPANS", "LOST")
                                .contains("DEADLINE"),
                        row -> assertThat(row.split("\\s+"))
                                .startsWith("shop", "checkout")
                                .contains("4321", "7"));
        assertThat(kubectl("describe", "rtr", "checkout")).contains("Pod Name:", "web-1", "Spans:", "4321", "Events:");
        assertThat(kubectl("patch", "rtr", "checkout", "--type=merge", "-p", "{\"spec\":{\"stop\":true}}"))
                .contains("patched");
        assertThat(kubectl("delete", "rtr", "checkout")).contains("deleted");
        assertThat(kubectl("get", "rtr", "checkout"))
                .contains("Error from server (NotFound): tracerequests.renacer.dev \"checkout\" not found");
    }

    @Test
    void saysWhatIsWrongWithAnObjectAsARealServerDoes() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), REQUEST.replace("durationSeconds", "duration"));
        Path bad = Files.writeString(folder.resolve("bad.yaml"), REQUEST.replace("10", "0"));

        assertThat(kubectl("apply", "-f", wrong.toString()))
                .startsWith("Error from server (BadRequest): error when creating \"" + wrong
                        + "\": TraceRequest in version \"v1alpha1\" cannot be handled as a TraceRequest: strict decoding"
                        + " error: unknown field \"spec.duration\"");
        assertThat(kubectl("apply", "--validate=warn", "-f", wrong.toString()))
                .contains("Warning: unknown field \"spec.duration\"")
                .contains("checkout created");
        assertThat(kubectl("apply", "-f", wrong.toString()))
                .contains("unknown field \"spec.duration\"", "The request is invalid: patch: Invalid value:");
        assertThat(kubectl("create", "--dry-run=server", "-f", bad.toString()))
                .startsWith("The TraceRequest \"checkout\" is invalid: spec.durationSeconds: Invalid value: 0:"
                        + " spec.durationSeconds in body should be greater than or equal to 1");
        assertThat(kubectl("patch", "rtr", "checkout", "--type=json", "-p", """
                [{"op": "replace", "path": "/spec/podName", "value": "web-2"}]
                """))
                .contains("spec.podName: Invalid value: \"web-2\": spec is immutable but for stop");
        assertThat(kubectl(
                        "patch", "rtr", "checkout", "--type=merge", "-p", "{\"metadata\":{\"resourceVersion\":\"1\"}}"))
                .startsWith("Error from server (Conflict): Operation cannot be fulfilled on tracerequests.renacer.dev"
                        + " \"checkout\": the object has been modified");
    }

    @Test
    void saysThatAMisspeltKindIsUnknownAsOnARealServer() throws Exception {
        Path kind = Files.writeString(folder.resolve("kind.yaml"), REQUEST.replace("TraceRequest", "TraceReqest"));
        Path group = Files.writeString(folder.resolve("group.yaml"), REQUEST.replace("renacer.dev/", "renacer.de/"));

        for (String verb : List.of("apply", "create")) {
            assertThat(kubectl(verb, "-f", kind.toString()))
                    .startsWith("error: resource mapping not found for name: \"checkout\" namespace: \"\" from \""
                            + kind + "\": no matches for kind \"TraceReqest\" in version \"renacer.dev/v1alpha1\"");
            assertThat(kubectl(verb, "-f", group.toString()))
                    .contains("no matches for kind \"TraceRequest\" in version \"renacer.de/v1alpha1\"")
                    .doesNotContain("validate=false");
        }
    }

    @Test
    void triesOutAndExplains() throws Exception {
        String request = folder.resolve("request.yaml").toString();

        assertThat(kubectl("create", "--dry-run=server", "-f", request, "-o", "jsonpath={.spec.maxSpansPerSecond}"))
                .isEqualTo("2000");
        assertThat(kubectl("apply", "--dry-run=server", "-f", request))
                .isEqualTo("tracerequest.renacer.dev/checkout created (server dry run)\n");
        assertThat(kubectl("get", "rtr")).startsWith("No resources found");
        kubectl("create", "-f", request);
        assertThat(List.of(kubectl("create", "-f", request), kubectl("create", "--dry-run=server", "-f", request)))
                .allSatisfy(answer -> assertThat(answer)
                        .startsWith("Error from server (AlreadyExists): ")
                        .contains("tracerequests.renacer.dev \"checkout\" already exists"));
        assertThat(kubectl("explain", "tracerequest.spec"))
                .contains("KIND:       TraceRequest", "Whose system calls, for how long, where to.", "durationSeconds");
        assertThat(kubectl("explain", "tracerequest.spec.safety.colocate")).contains("FIELD: colocate <boolean>");
    }

    @Test
    void watchesUntilAnObjectIsAsWaitedFor() throws Exception {
        kubectl("apply", "-f", folder.resolve("request.yaml").toString());

        Process waiting = start("wait", "--for=jsonpath={.status.totals.spans}=5", "--timeout=60s", "rtr/checkout");

        client.resources(TraceRequest.class)
                .inNamespace("shop")
                .withName("checkout")
                .editStatus(request -> {
                    request.setStatus(EmbeddedApiTest.status(new TraceTotals(1, 1, 5, 5, 0)));
                    return request;
                });

        assertThat(output(waiting)).contains("condition met");
    }

    private String kubectl(String... arguments) throws IOException, InterruptedException {
        return output(start(arguments));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "kubectl",
                "--kubeconfig=" + folder.resolve("kubeconfig"),
                "--cache-dir=" + folder.resolve("cache"),
                "--request-timeout=60s"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static boolean kubectlIsThere() throws InterruptedException {
        try {
            return new ProcessBuilder("kubectl", "version", "--client")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
