// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.operator.scale.OperatorProcess;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operator as its image runs it, with the heap it has there, against what a tenant may put into objects of its namespace. */
@Tag(RealApiServer.TAG)
class HostileTenantIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final RealOperators OPERATORS = new RealOperators(SERVER);
    private static final int OBJECTS = 250;
    /** Kubernetes takes 256 KiB of annotations. */
    private static final String LARGE = "x".repeat(240 * 1024);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    /** Twice as much as its heap, of pods and of requests: each waits for a pod that does not run. */
    @Test
    void largeAnnotationsDoNotFillItsHeap() throws Exception {
        OPERATORS.awaitServiceAccount();
        TraceSink sink = new TraceSink();
        sink.setMetadata(new ObjectMetaBuilder().withName(SERVER.namespace()).build());
        sink.setSpec(new TraceSinkSpec("http://collector.example:4317", null, null));
        SERVER.client().resource(sink).create();
        RealOperators.many(OBJECTS, i -> SERVER.client().resource(pod(i)).create());
        RealOperators.many(
                OBJECTS, i -> SERVER.client().resource(request("r" + i)).create());

        try (OperatorProcess operator = OPERATORS.start(folder.resolve("log"))) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> SERVER.client()
                                    .resources(TraceRequest.class)
                                    .inNamespace(SERVER.namespace())
                                    .withName("r" + (OBJECTS - 1))
                                    .get()
                                    .getStatus()
                            != null);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(operator::ready);
            assertThat(operator.process().isAlive()).isTrue();
        } finally {
            SERVER.client().resource(sink).delete();
        }
    }

    private static Pod pod(int number) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p" + number)
                .withNamespace(SERVER.namespace())
                .addToLabels("app", "large")
                .addToAnnotations("tenant.example/large", LARGE)
                .endMetadata()
                .withNewSpec()
                .withSchedulerName("nobody") // none of them is to run: a real cluster's nodes have other things to do
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("app")
                .withImage("localhost/pause:1")
                .endContainer()
                .endSpec()
                .build();
    }

    private static TraceRequest request(String name) {
        TraceRequest request = Serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TraceRequest
            spec: {sinkRef: {name: %s}, selector: {matchLabels: {app: large}}}
            """.formatted(SERVER.namespace()), TraceRequest.class);
        request.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(SERVER.namespace())
                .addToAnnotations("tenant.example/large", LARGE)
                .build());
        return request;
    }
}
