// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Target;
import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SpanResourceTest {
    @Test
    void identifiesTheContainerByTheEightAttributesAndTheWorkload() {
        Target target = new Target(
                "shop-1", "uid-1", "10.0.0.7", "prod", "main", "abc", "shop", Map.of("k8s.deployment.name", "shop"));
        assertThat(attributes(target))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "k8s.pod.name", "shop-1",
                        "k8s.pod.uid", "uid-1",
                        "k8s.pod.ip", "10.0.0.7",
                        "k8s.namespace.name", "prod",
                        "k8s.container.name", "main",
                        "k8s.node.name", "node-1",
                        "container.id", "abc",
                        "service.name", "shop",
                        "k8s.deployment.name", "shop"));
    }

    @Test
    void furtherAttributesNeverReplaceTheIdentity() {
        Target target = new Target(
                "shop-1",
                "uid-1",
                null,
                "prod",
                "main",
                "abc",
                null,
                Map.of("k8s.pod.uid", "forged", "service.name", "forged"));
        assertThat(attributes(target))
                .containsEntry("k8s.pod.uid", "uid-1")
                .containsEntry("service.name", "main")
                .doesNotContainKey("k8s.pod.ip");
    }

    @Test
    void eachAttributeIsOnThePageOfSpans() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "reference", "spans.md"));
        Target target = new Target("shop-1", "uid-1", "10.0.0.7", "prod", "main", "abc", "shop", null);

        assertThat(attributes(target).keySet())
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    private static Map<String, Object> attributes(Target target) {
        return SpanResource.of(target, "node-1").getAttributes().asMap().entrySet().stream()
                .collect(Collectors.toMap(entry -> key(entry.getKey()), Map.Entry::getValue));
    }

    private static String key(AttributeKey<?> key) {
        return key.getKey();
    }
}
