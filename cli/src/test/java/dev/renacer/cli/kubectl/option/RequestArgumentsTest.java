// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.KubectlExit;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestSpec.Safety;
import dev.renacer.crds.TraceRequestSpec.SinkRef;
import dev.renacer.tracer.span.TraceParent;
import dev.renacer.tracer.subject.PeerPattern;
import dev.renacer.tracer.subject.Subjects;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestArgumentsTest {
    private static final PodChoice POD = new PodChoice.ByName("p");

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
    @ValueSource(strings = {"a=b,", "=b", "a=b=c", "a in b", "a in (b", "a b"})
    void malformedSelectorsAreRefused(String text) {
        assertThatThrownBy(() -> LabelSelectors.parse(text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is not a label selector");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptySelectorIsToldToChooseEverything(String text) {
        assertThatThrownBy(() -> LabelSelectors.parse(text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("would choose every pod")
                .hasMessageContaining("-l app=web");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "90s, 90", "5m, 300", "1h, 3600", "2m30s, 150", "59m60s, 3600", "0h1m, 60"})
    void durations(String text, int seconds) {
        RequestOptions options = new RequestOptions();
        options.duration = text;
        assertThat(options.spec(POD, Optional.empty()).durationSeconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "2h",
                "2h30m",
                "3601",
                "5 m",
                "1w",
                "",
                "99999999999",
                "1500ms",
                "30s2m",
                "1m1m",
                "m",
                "2m30"
            })
    void impossibleDurationsAreRefused(String text) {
        RequestOptions options = new RequestOptions();
        options.duration = text;
        assertThatThrownBy(options::check).isInstanceOf(CommandFailure.class).hasMessageContaining("--duration");
    }

    @Test
    void everyFlagReachesItsFieldOfTheSpec() {
        RequestOptions options = new RequestOptions();
        options.process = "java";
        options.paths = List.of("/etc/hosts", "/srv/jos\\351");
        options.peers = List.of("10.0.0.9:5432");
        options.onlyErrors = true;
        options.errorStatus = "All";
        options.source = true;
        options.minDuration = "2ms";
        options.arguments = "Full";
        options.sink = "tempo";
        options.maxSpansPerSecond = 10;
        options.volume = "All";
        options.maxSlowdownPercent = 50;
        options.onExceeded = "DutyCycle";
        options.colocate = true;
        options.ttl = "7d";
        options.unsampled = "Keep";
        options.traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        options.justification = "INC-4711";
        TraceRequestSpec spec = options.spec(POD, Optional.of("jane"));
        assertThat(spec)
                .isEqualTo(new TraceRequestSpec(
                        "p",
                        null,
                        null,
                        null,
                        "java",
                        null,
                        null,
                        List.of("/etc/hosts", "/srv/jos\\351"),
                        List.of("10.0.0.9:5432"),
                        true,
                        "All",
                        2_000L,
                        true,
                        "Full",
                        new SinkRef("tempo"),
                        10,
                        "All",
                        new Safety(50, "DutyCycle", true),
                        "INC-4711",
                        "jane",
                        null,
                        604_800,
                        null,
                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                        "Keep",
                        null));
    }

    /** The server refuses by its patterns, an agent by reading it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff",
                "00-00000000000000000000000000000001-0000000000000001-00",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "",
                "x"
            })
    void aTraceParentIsTakenIfItCanBeRead(String given) {
        RequestOptions options = new RequestOptions();
        options.traceParent = given;
        boolean readable;
        try {
            TraceParent.parse(given, Optional.empty());
            readable = true;
        } catch (IllegalArgumentException e) {
            readable = false;
        }
        if (readable) {
            options.check();
        } else {
            assertUsage(
                    options, "--trace-parent is \"" + given + "\", but a traceParent is 00-<32 hex digits trace id>");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "etc/hosts | --path 'etc/hosts' cannot stand in a request; give an absolute path of at most 1024 characters",
                "/a\\n      | --path '/a\\n' cannot stand in a request",
            })
    void aPathThatNoSpanCouldHaveIsRefused(String path, String message) {
        RequestOptions options = new RequestOptions();
        options.paths = List.of("/etc/hosts", path);
        assertThatThrownBy(options::check).isInstanceOf(CommandFailure.class).hasMessageStartingWith(message);
    }

    @Test
    void pathsAndPeersAreRefusedThatCannotBeOrAreTooManyOrHaveNothingToGoBy() {
        RequestOptions name = new RequestOptions();
        name.peers = List.of("db:5432");
        assertThatThrownBy(name::check).hasMessage("--peer 'db:5432' is no peer: " + PeerPattern.FORMS);
        RequestOptions many = new RequestOptions();
        many.peers = Collections.nCopies(33, ":53");
        assertThatThrownBy(many::check).hasMessage("--peer is given 33 times; the most is 32");
        RequestOptions none = new RequestOptions();
        none.paths = List.of("/etc/hosts");
        none.arguments = "None";
        assertThatThrownBy(none::check).hasMessageStartingWith("--path and --peer go by what spans say of arguments");
    }

    /** The server refuses by a pattern, the plugin and the agents by reading it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.9",
                "255.255.255.255",
                "0.0.0.0/0",
                "10.0.0.0/8:80",
                "10.0.0.9:1",
                "10.0.0.9:65535",
                ":53",
                ":65535",
                "[::]",
                "[::1]",
                "[1::]",
                "[1:2:3:4:5:6:7:8]",
                "[1::8]",
                "[1:2:3:4:5:6::8]",
                "[1:2:3:4:5:6:7::]",
                "[::2:3:4:5:6:7:8]",
                "[2001:DB8::]/32",
                "[2001:db8::]/128:443",
                "[::ffff:10.0.0.9]",
                "[::FFFF:10.0.0.9]:1",
                "[::ffff:a00:9]/96",
                "/run/app.sock",
                "@app",
                "/srv/josé",
                "/srv/jos\\351",
                "/a\\\\b",
                "/a b",
                "",
                "/",
                "@",
                ":",
                ":0",
                ":065",
                ":65536",
                ":99999",
                "10.0.0",
                "10.0.0.256",
                "010.0.0.1",
                "10.0.0.9:",
                "10.0.0.9:0",
                "10.0.0.9:65536",
                "10.0.0.9/",
                "10.0.0.9/33",
                "10.0.0.9/08",
                "10.0.0.9:80/8",
                "2001:db8::1",
                "::1:80",
                "[10.0.0.9]",
                "[]",
                "[:]",
                "[:::]",
                "[1:2:3]",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[::1::]",
                "[12345::]",
                "[1:2:3:4:5:6:7:8::]",
                "[::1]/129",
                "[::1]/1000",
                "[::1]:0",
                "[fe80::1%eth0]",
                "[::10.0.0.9]",
                "[::ffff:10.0.0.9]/120",
                "[2001:db8::/32]",
                "db",
                "db:5432",
                "*",
                "/a\\b",
                "/a\\400",
                "@a\\"
            })
    void theServersPatternOfAPeerTakesWhatCanBeRead(String peer) {
        boolean readable;
        try {
            Subjects.written(List.of(), List.of(peer));
            readable = true;
        } catch (PeerPattern.InvalidException e) {
            readable = false;
        }
        assertThat(Pattern.compile(TraceRequestSpec.PEER_PATTERN).matcher(peer).find())
                .isEqualTo(readable);
    }

    @Test
    void figuresOutOfTheSchemasRangeAreRefused() {
        RequestOptions budget = new RequestOptions();
        budget.maxSpansPerSecond = 0;
        assertThatThrownBy(budget::check).hasMessageContaining("--max-spans-per-second 0 is out of range");
        RequestOptions slowdown = new RequestOptions();
        slowdown.maxSlowdownPercent = 1_000_001;
        assertThatThrownBy(slowdown::check).hasMessageContaining("--max-slowdown 1000001 is out of range");
        RequestOptions errors = new RequestOptions();
        errors.errorStatus = "all";
        assertThatThrownBy(errors::check).hasMessageContaining("--error-status all is unknown; there are Default, All");
        RequestOptions unsampled = new RequestOptions();
        unsampled.unsampled = "keep";
        assertThatThrownBy(unsampled::check).hasMessageContaining("--unsampled keep is unknown; there are Drop, Keep");
        RequestOptions life = new RequestOptions();
        life.ttl = "31d";
        assertThatThrownBy(life::check).hasMessageContaining("--ttl 31d is out of range; allowed are 0s to 30d");
        RequestOptions why = new RequestOptions();
        why.justification = " ";
        assertThatThrownBy(why::check).hasMessageContaining("--justification is empty");
    }

    @ParameterizedTest
    @CsvSource({
        "deploy, Deployment",
        "deployment.apps, Deployment",
        "Deployments, Deployment",
        "sts, StatefulSet",
        "ds, DaemonSet",
        "rs, ReplicaSet",
        "job, Job",
        "jobs.batch, Job",
        "cj, CronJob",
        "po, Pod"
    })
    void workloadsByKubectlsNames(String text, String kind) {
        assertThat(WorkloadKind.of(text)).map(WorkloadKind::kind).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "nonsense/web", "deploy/", "/web", "deploy/a/b", ".apps/web"})
    void whatNamesNoWorkloadIsRefused(String text) {
        assertThatThrownBy(() -> WorkloadReference.parse(text)).isInstanceOf(CommandFailure.class);
    }

    @ParameterizedTest
    @CsvSource({"/web, lacks the kind", "deploy/, kubectl get deploy", "deploy/We_b, is not a valid name in Kubernetes"
    })
    void whatIsWrongWithAWorkloadIsNamedWithTheNextStep(String text, String message) {
        assertThatThrownBy(() -> WorkloadReference.parse(text)).hasMessageContaining(message);
    }

    @Test
    void whatAnAgentWouldRefuseIsRefusedBeforeAnythingIsSent() {
        RequestOptions calls = new RequestOptions();
        calls.syscalls = "network,opneat";
        assertRefused(calls, "unknown system call 'opneat', did you mean 'openat'?");
        RequestOptions classes = new RequestOptions();
        classes.syscalls = "%netwrk";
        assertRefused(classes, "unknown class '%netwrk'");
        RequestOptions process = new RequestOptions();
        process.process = "(?=java)";
        assertRefused(process, "--process '(?=java)' is not a regular expression");
    }

    @Test
    void whatTheSchemaDoesNotAllowIsAnErrorOfUsage() {
        RequestOptions optional = new RequestOptions();
        optional.syscalls = "?openat";
        assertUsage(optional, "--syscalls '?openat' cannot stand in a request");
        RequestOptions container = new RequestOptions();
        container.containers = List.of("App");
        assertUsage(container, "--container 'App' is not a valid name in Kubernetes");
        RequestOptions sink = new RequestOptions();
        sink.sink = "-tempo";
        assertUsage(sink, "--sink '-tempo' is not a valid name in Kubernetes");
        RequestOptions why = new RequestOptions();
        why.justification = "x".repeat(513);
        assertUsage(why, "--justification has 513 characters");
        RequestOptions process = new RequestOptions();
        process.process = "";
        assertUsage(process, "--process has 0 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a_b", "-a", "a-", "a..b", ".a"})
    void whatIsNoNameInKubernetesIsRefused(String name) {
        assertThatThrownBy(() -> Rfc1123.subdomain("--name", name)).hasMessageStartingWith("--name '" + name + "'");
        assertThatThrownBy(() -> Rfc1123.label("--namespace", name)).isInstanceOf(CommandFailure.class);
    }

    @Test
    void aLabelIsShorterThanASubdomainAndHasNoDots() {
        Rfc1123.subdomain("--name", "a.b-" + "c".repeat(249));
        assertThatThrownBy(() -> Rfc1123.subdomain("--name", "c".repeat(254))).isInstanceOf(CommandFailure.class);
        Rfc1123.label("--namespace", "c".repeat(63));
        assertThatThrownBy(() -> Rfc1123.label("--namespace", "c".repeat(64))).isInstanceOf(CommandFailure.class);
        assertThatThrownBy(() -> Rfc1123.label("--namespace", "a.b")).isInstanceOf(CommandFailure.class);
    }

    private static void assertRefused(RequestOptions options, String message) {
        assertFails(options, message, KubectlExit.REFUSED);
    }

    private static void assertUsage(RequestOptions options, String message) {
        assertFails(options, message, ExitCode.USAGE);
    }

    private static void assertFails(RequestOptions options, String message, int exitCode) {
        assertThatThrownBy(options::check)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(exitCode));
    }

    @Test
    void kindsOfOtherGroupsAreLeftToTheCluster() {
        assertThat(WorkloadReference.parse("rollouts.argoproj.io/web"))
                .isEqualTo(new WorkloadReference("rollouts.argoproj.io", "web"));
    }

    @Test
    void expressionsKeepTheirCommas() {
        RequestOptions options = new RequestOptions();
        options.syscalls = "openat, !/^re{1,2}ad/ ,network";
        TraceRequestSpec spec = options.spec(POD, Optional.empty());
        assertThat(spec.syscalls()).containsExactly("openat", "!/^re{1,2}ad/", "network");
        assertThat(spec.durationSeconds()).isNull();
        assertThat(spec.podName()).isEqualTo("p");
    }
}
