// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.Renacer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodTrimmerTest {
    @Test
    void keepsTheAnnotationsThatAreReadAndNoOther() {
        Pod pod = PodTrimmer.strip(new PodBuilder()
                .withNewMetadata()
                .withName("a")
                .addToAnnotations(Renacer.DENY_ANNOTATION, "true")
                .addToAnnotations("resource.opentelemetry.io/team", "payments")
                .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "x".repeat(10_000))
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build());

        assertThat(pod.getMetadata().getAnnotations())
                .isEqualTo(Map.of(Renacer.DENY_ANNOTATION, "true", "resource.opentelemetry.io/team", "payments"));
    }

    @Test
    void aPodWithoutAnnotationsHasNone() {
        Pod pod = PodTrimmer.strip(
                new PodBuilder().withNewMetadata().withName("a").endMetadata().build());

        assertThat(pod.getMetadata().getAnnotations()).isEmpty();
    }
}
