// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.cli.CommandFailure;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestArgumentsTest {
    @Test
    void selectorsInEveryForm() {
        LabelSelector expected = new LabelSelectorBuilder()
                .addToMatchLabels("app", "web")
                .addToMatchLabels("example.com/part", "")
                .addToMatchExpressions(new LabelSelectorRequirement("tier", "NotIn", List.of("cache")))
                .addToMatchExpressions(new LabelSelectorRequirement("zone", "In", List.of("a", "b")))
                .addToMatchExpressions(new LabelSelectorRequirement("old", "NotIn", List.of("x")))
                .addToMatchExpressions(new LabelSelectorRequirement("kept", "Exists", List.of()))
                .addToMatchExpressions(new LabelSelectorRequirement("gone", "DoesNotExist", List.of()))
                .build();
        assertThat(LabelSelectors.parse(
                        "app=web,example.com/part==,tier!=cache, zone in (a, b),old notin (x),kept,!gone"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=b,", "=b", "a=b=c", "a in b", "a in (b", "a b"})
    void malformedSelectorsAreRefused(String text) {
        assertThatThrownBy(() -> LabelSelectors.parse(text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is no label selector");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "90s, 90", "5m, 300", "1h, 3600"})
    void durations(String text, int seconds) {
        assertThat(WindowLength.parseSeconds(text)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2h", "3601", "5 m", "1d", "", "99999999999"})
    void impossibleDurationsAreRefused(String text) {
        assertThatThrownBy(() -> WindowLength.parseSeconds(text)).isInstanceOf(CommandFailure.class);
    }

    @ParameterizedTest
    @CsvSource({
        "deploy/web, DEPLOYMENT",
        "deployment.apps/web, DEPLOYMENT",
        "sts/web, STATEFULSET",
        "ds/web, DAEMONSET",
        "po/web, POD"
    })
    void workloadsByKubectlsNames(String text, WorkloadKind kind) {
        assertThat(WorkloadReference.parse(text)).isEqualTo(new WorkloadReference(kind, "web"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "job/web", "deploy/", "/web", "deploy/a/b"})
    void otherWorkloadsAreRefused(String text) {
        assertThatThrownBy(() -> WorkloadReference.parse(text)).isInstanceOf(CommandFailure.class);
    }

    @Test
    void expressionsKeepTheirCommas() {
        RequestOptions options = new RequestOptions();
        options.syscalls = "openat, !/^re{1,2}ad/ ,network";
        TraceRequestSpec spec = options.spec(new PodChoice.ByName("p"));
        assertThat(spec.syscalls()).containsExactly("openat", "!/^re{1,2}ad/", "network");
        assertThat(spec.durationSeconds()).isNull();
        assertThat(spec.podName()).isEqualTo("p");
    }

    @ParameterizedTest
    @CsvSource({
        "-5, 0s",
        "119, 119s",
        "120, 2m",
        "150, 2m30s",
        "599, 9m59s",
        "600, 10m",
        "10799, 179m",
        "10800, 3h",
        "11100, 3h5m",
        "28800, 8h",
        "172799, 47h",
        "172800, 2d",
        "180000, 2d2h",
        "691200, 8d",
        "63072000, 2y"
    })
    void agesAsKubectlPrintsThem(long seconds, String text) {
        assertThat(Age.format(Duration.ofSeconds(seconds))).isEqualTo(text);
    }
}
