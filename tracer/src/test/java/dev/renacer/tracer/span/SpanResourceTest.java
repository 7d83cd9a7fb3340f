// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanResourceTest {
    private static String attribute(Resource resource, String key) {
        return String.valueOf(resource.getAttribute(AttributeKey.stringKey(key)));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "flag,env,service.name=list,flag",
                "-,env,service.name=list,env",
                "-,-,service.name=list,list",
                "-,-,a=b,renacer"
            })
    void theServiceNameComesFromTheNearestSource(
            @Nullable String flag, @Nullable String env, String list, String expected) {
        Map<String, String> environment = env == null
                ? Map.of("OTEL_RESOURCE_ATTRIBUTES", list)
                : Map.of("OTEL_RESOURCE_ATTRIBUTES", list, "OTEL_SERVICE_NAME", env);

        Resource resource = SpanResource.ofProgram(Optional.ofNullable(flag), environment);

        assertThat(attribute(resource, "service.name")).isEqualTo(expected);
    }

    @Test
    void aProgramsResourceTellsHostAndSdk() {
        Resource resource = SpanResource.ofProgram(
                Optional.empty(),
                Map.of("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=prod%20eu,host.name=mine"));

        assertThat(attribute(resource, "deployment.environment.name")).isEqualTo("prod eu");
        assertThat(attribute(resource, "host.name")).isEqualTo("mine");
        assertThat(attribute(resource, "telemetry.sdk.name")).isEqualTo("opentelemetry");
        assertThat(attribute(resource, "telemetry.sdk.language")).isEqualTo("java");
        assertThat(attribute(resource, "telemetry.distro.name")).isEqualTo("renacer");
        assertThat(attribute(SpanResource.ofProgram(Optional.empty(), Map.of()), "host.name"))
                .isNotEqualTo("null");
    }

    @Test
    void aContainersResourceHasItsAttributesAndNoOthersOfThisMachine() {
        Resource resource = SpanResource.of(Map.of("k8s.pod.name", "checkout-1", "service.name", "checkout"));

        assertThat(resource.getAttributes().asMap().keySet())
                .extracting(AttributeKey::getKey)
                .containsExactlyInAnyOrder(
                        "k8s.pod.name",
                        "service.name",
                        "telemetry.sdk.name",
                        "telemetry.sdk.language",
                        "telemetry.sdk.version",
                        "telemetry.distro.name",
                        "telemetry.distro.version");
    }

    @Test
    void malformedAttributesAreRefused() {
        assertThatThrownBy(
                        () -> SpanResource.ofProgram(Optional.empty(), Map.of("OTEL_RESOURCE_ATTRIBUTES", "nonsense")))
                .hasMessage("OTEL_RESOURCE_ATTRIBUTES must be a list key=value,key=value");
    }
}
