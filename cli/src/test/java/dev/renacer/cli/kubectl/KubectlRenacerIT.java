// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.KubectlExit;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.kubectl.api.NamedRequests;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plugin as a user runs it, against a real API server; the test stands in for the operator and writes the statuses. */
@Tag(RealApiServer.TAG)
class KubectlRenacerIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final String ACCEPTED = """
        {"status": {"startTime": "2026-01-01T00:00:00Z", "conditions": [
          {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"},
          {"type": "Tracing", "status": "False", "reason": "WaitingForAgent", "message": "",
           "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}\
        """;
    private static final String TRACING = """
        {"status": {"startTime": "2026-01-01T00:00:00Z", "nodes": 1, "conditions": [
          {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"},
          {"type": "Tracing", "status": "True", "reason": "Tracing", "message": "1 container on 1 node",
           "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}\
        """;
    private static final String COMPLETED = """
        {"status": {"completionTime": "2026-01-01T00:01:00Z", "firstTraceIds": ["4bf92f3577b34da6a3ce929d0e0e4736"],
          "totals": {"targets": 1, "processes": 2, "calls": 10, "spans": 9, "lost": 1, "slowdownPercent": 3, "workSlowdownPercent": 40, "worstSlowdownPercent": 5,
                     "stopMicrosP99": 20},
          "conditions": [
          {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"},
          {"type": "Tracing", "status": "False", "reason": "DeadlineReached", "message": "The window is over.",
           "lastTransitionTime": "2026-01-01T00:01:00Z"},
          {"type": "Succeeded", "status": "True", "reason": "Completed", "message": "10 calls seen",
           "lastTransitionTime": "2026-01-01T00:01:00Z"}]}}\
        """;
    private static final String REFUSED = """
        {"status": {"conditions": [
          {"type": "Accepted", "status": "False", "reason": "NoDefaultSink", "message": "no sink",
           "lastTransitionTime": "2026-01-01T00:00:00Z"},
          {"type": "Tracing", "status": "False", "reason": "NoDefaultSink", "message": "no sink",
           "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}\
        """;

    @Test
    void aTraceIsFollowedToItsEnd() {
        try (Watch _ = operator("followed", TRACING, COMPLETED)) {
            Run run = plugin("run", "deploy/checkout", "--name", "followed", "--justification", "INC-4711");
            assertThat(run.out())
                    .contains("tracerequest.renacer.dev/followed created")
                    .contains("Succeeded (Completed): 10 calls seen")
                    .contains(
                            "1 container, 2 processes: 10 calls, 9 spans, lost 1, slowdown at least 3 % (at most 40 %)")
                    .contains("trace ids: 4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(run.code()).isZero();
        }
        TraceRequest request =
                Objects.requireNonNull(NamedRequests.handle(SERVER.client(), SERVER.namespace(), "followed")
                        .get());
        assertThat(request.getSpec().workloadRef()).isNotNull();
        assertThat(request.getSpec().justification()).isEqualTo("INC-4711");
        assertThat(request.getSpec().requestedBy())
                .as("filled in by the plugin")
                .isNotBlank();
    }

    @Test
    void aRefusalHasAnExitCodeOfItsOwn() {
        try (Watch _ = operator("refused", REFUSED)) {
            Run run = plugin("run", "pod/web-0", "--name", "refused");
            assertThat(run.out()).contains("Refused (NoDefaultSink): no sink");
            assertThat(run.code()).isEqualTo(KubectlExit.REFUSED);
        }
    }

    @Test
    void anAgentsRefusalEndsTheRunBeforeTheOperatorReportsTheEnd() {
        String name = "misspelt";
        try (Watch _ = operator(name, ACCEPTED);
                Watch _ = onceThere(name, KubectlRenacerIT::agentRefuses)) {
            Run run = plugin("run", "pod/web-0", "--name", name, "--syscalls", "openat");
            assertThat(run.out())
                    .contains("Refused (UnknownSyscall): unknown system call 'opneat', did you mean 'openat'?")
                    .contains("what to do: " + Reason.UnknownSyscall.remedy());
            assertThat(run.code()).isEqualTo(KubectlExit.REFUSED);
        }
    }

    /** A status has no pattern of the schema: what stands there comes from programs on the nodes, too. */
    @Test
    void noAnswerOfTheServerSteersTheTerminal() {
        assertThat(plugin("run", "pod/web-0", "--no-wait", "--name", "hostile").code())
                .isZero();
        String steering = "\\u001b[2J\\u009b31m\\n\\u202e\\u0007";
        NamedRequests.handle(SERVER.client(), SERVER.namespace(), "hostile")
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), """
                    {"status": {"sink": "s%1$s", "policies": ["p%1$s"], "firstTraceIds": ["t%1$s"],
                      "skipped": [{"reason": "r%1$s", "count": 1, "examples":
                        [{"podName": "a%1$s", "containerName": "c%1$s", "nodeName": "n%1$s", "message": "m%1$s"}]}],
                      "conditions": [{"type": "Tracing", "status": "False", "reason": "Queued%1$s", "message": "x%1$s",
                        "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}\
                    """.formatted(steering));
        for (String[] command : new String[][] {
            {"list"},
            {"list", "-o", "wide"},
            {"list", "-o", "json"},
            {"list", "-o", "yaml"},
            {"describe", "hostile"},
            {"describe", "hostile", "-o", "yaml"},
            {"describe", "hostile\u001b[2J"},
            {"explain", "pod/web-0", "--sink", "x\u001b[2J\u202e"},
        }) {
            Run run = plugin(command);
            assertThat(run.out() + run.err())
                    .as(String.join(" ", command))
                    .isNotEmpty()
                    .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\n]]");
        }
        assertThat(plugin("delete", "hostile").code()).isZero();
    }

    @Test
    void anExpressionThatWouldFillTheMemoryIsRefusedAtOnce() {
        String bomb = "(((((a{1,100}){1,100}){1,100}){1,100}){1,100}){1,100}";
        for (String[] command : new String[][] {
            {"run", "pod/web-0", "--process", bomb},
            {"explain", "pod/web-0", "--process", bomb},
            {"run", "pod/web-0", "--syscalls", "/" + bomb + "/"}
        }) {
            Run run = plugin(command);
            assertThat(run.err()).contains("refused (").contains("repeats too much");
            assertThat(run.code()).isEqualTo(KubectlExit.REFUSED);
        }
    }

    @Test
    void listPrintsWhatKubectlPrints() {
        assertThat(plugin("run", "-l", "app=web", "--no-wait", "--name", "listed")
                        .code())
                .isZero();
        assertThat(withoutAge(plugin("list", "-o", "wide").out()))
                .isEqualTo(
                        withoutAge(kubectl("get", "tracerequests", "-o", "wide").out()));
        assertThat(plugin("list", "-o", "name").out().lines()).contains("tracerequest.renacer.dev/listed");
        assertThat(plugin("list", "-o", "json").out()).contains("\"kind\" : \"TraceRequestList\"");
    }

    @Test
    void listWatchPrintsEachChangeUntilCtrlC() throws IOException, InterruptedException {
        assertThat(plugin("run", "pod/web-0", "--no-wait", "--name", "watched").code())
                .isZero();
        List<String> command = new ArrayList<>(Launchers.command("kubectl-renacer", List.of("list", "--watch")));
        command.addAll(List.of("-n", SERVER.namespace()));
        // A test that a shell runs in the background would have its children ignore SIGINT.
        command.addAll(0, List.of("env", "--default-signal=INT"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("KUBECONFIG", SERVER.kubeconfig().toString());
        Process watching = builder.start();
        try (BufferedReader out = watching.inputReader()) {
            assertThat(nextLineWith(out, "NAME")).contains("STATE");
            assertThat(nextLineWith(out, "watched")).doesNotContain("Tracing");
            NamedRequests.handle(SERVER.client(), SERVER.namespace(), "watched")
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), TRACING);
            assertThat(nextLineWith(out, "watched")).contains("Tracing");
            assertThat(Run.of(List.of("kill", "-INT", String.valueOf(watching.pid())))
                            .code())
                    .isZero();
            assertThat(watching.waitFor()).isZero();
        } finally {
            watching.destroyForcibly();
        }
    }

    private static String nextLineWith(BufferedReader out, String word) throws IOException {
        String line = out.readLine();
        while (line != null && !line.contains(word)) {
            line = out.readLine();
        }
        return Objects.requireNonNull(line, "the output ended before a line with " + word);
    }

    @Test
    void aDryRunPersistsNothing() {
        Run client = plugin("run", "sts/db", "--name", "dry", "--dry-run=client");
        assertThat(client.out()).contains("kind: TraceRequest").contains("kind: StatefulSet");
        Run server = plugin("run", "sts/db", "--name", "dry", "--dry-run=server");
        assertThat(server.out()).isEqualTo("tracerequest.renacer.dev/dry created (server dry run)\n");
        assertThat(NamedRequests.handle(SERVER.client(), SERVER.namespace(), "dry")
                        .get())
                .isNull();
    }

    @Test
    void stopDescribeAndDelete() {
        assertThat(plugin("run", "job/nightly", "--no-wait", "--name", "ended").code())
                .isZero();
        assertThat(plugin("stop", "ended", "--dry-run=server").out())
                .isEqualTo("tracerequest.renacer.dev/ended stopped (server dry run)\n");
        assertThat(plugin("stop", "tracerequest/ended").out()).isEqualTo("tracerequest.renacer.dev/ended stopped\n");
        assertThat(plugin("describe", "ended").out())
                .contains("the pods of Job nightly, all containers")
                .contains("; asked to stop");
        assertThat(plugin("delete", "ended").out()).isEqualTo("tracerequest.renacer.dev/ended deleted\n");
        Run again = plugin("delete", "ended");
        assertThat(again.err()).contains("no TraceRequest 'ended' in namespace '" + SERVER.namespace() + "'");
        assertThat(again.code()).isEqualTo(1);
    }

    @Test
    void explainTellsWhatIsMissing() {
        Run run = plugin("explain", "deploy/absent");
        assertThat(run.out())
                .containsPattern("ok +rights +\\S+ may create tracerequests in namespace " + SERVER.namespace())
                .containsPattern("unknown +namespace +" + SERVER.namespace() + " lacks the label")
                .containsPattern("no +pods +there is no deploy/absent in namespace");
        assertThat(run.code()).isEqualTo(KubectlExit.REFUSED);
    }

    @Test
    void explainSaysThatAPolicyLeavesPathsNothingToGoBy() {
        TracePolicy policy = Serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TracePolicy
            metadata: {name: nameless}
            spec: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}, arguments: None}
            """.formatted(SERVER.namespace()), TracePolicy.class);
        SERVER.client().resource(policy).create();
        try {
            assertThat(plugin("explain", "deploy/absent", "--path", "/etc/hosts")
                            .out())
                    .containsPattern("ok +policy +nameless: arguments None at most")
                    .containsPattern(
                            "no +policy +nameless: without arguments calls cannot be chosen by paths or peers");
            assertThat(plugin("explain", "deploy/absent").out()).doesNotContain("cannot be chosen");
        } finally {
            SERVER.client().resource(policy).delete();
        }
    }

    @Test
    void explainOfANamespaceThatIsNotThereSaysSo() {
        String missing = SERVER.namespace() + "-not";
        Run run = Run.of(
                Launchers.command("kubectl-renacer", List.of("explain", "deploy/absent", "-n", missing)),
                Map.of("KUBECONFIG", SERVER.kubeconfig().toString()));
        assertThat(run.out()).matches("no +namespace +there is no namespace " + missing + "\n +-> .+\n");
        assertThat(run.code()).isEqualTo(KubectlExit.REFUSED);
    }

    @Test
    void doctorFindsTheDefinitionsItBrings() {
        Run run = plugin("doctor");
        assertThat(run.out())
                .containsPattern("ok +definitions +5 are installed, with this plugin's schema")
                .containsPattern("no +operator +there is no deployment");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void badInputIsRefusedBeforeTheClusterIsAsked() {
        assertThat(plugin("run").code()).isEqualTo(2);
        assertThat(plugin("run", "nonsense/x").err()).contains("cannot trace a 'nonsense'");
        assertThat(plugin("list", "--dry-run=client").err()).contains("unknown option '--dry-run'");
        assertThat(plugin("nodes", "-o", "xml").code()).isEqualTo(2);
        assertThat(plugin("lst").err()).contains("unknown command 'lst' (did you mean list?)");
        assertThat(plugin("run", "-l", "").err()).contains("would choose every pod");
        Run misspelt = plugin("run", "pod/web-0", "--syscalls", "opneat", "--dry-run=client");
        assertThat(misspelt.err())
                .contains("refused (UnknownSyscall): --syscalls: unknown system call 'opneat', did you mean 'openat'?");
        assertThat(misspelt.code()).isEqualTo(KubectlExit.REFUSED);
        assertThat(plugin("run", "rollouts.example.com/x").err()).contains("no API group 'example.com'");
    }

    /** Writes these statuses, one after the other, once the request is there. */
    private static Watch operator(String name, String... statuses) {
        return onceThere(name, request -> {
            for (String status : statuses) {
                NamedRequests.handle(SERVER.client(), SERVER.namespace(), name)
                        .subresource("status")
                        .patch(PatchContext.of(PatchType.JSON_MERGE), status);
            }
        });
    }

    private static void agentRefuses(TraceRequest request) {
        NodeTrace assignment = Serialization.unmarshal(
                """
                metadata:
                  name: %s-node-1
                  labels: {%s: %s}
                spec:
                  nodeName: node-1
                  requestName: %s
                  requestUid: %s
                  notAfter: "2036-01-01T00:00:00Z"
                  profile: {maxSpansPerSecond: 10}
                  sink: {name: default, endpoint: "http://localhost:4317", protocol: grpc}
                  targets:
                  - {podName: web-0, podUid: p1, namespace: shop, containerName: app, containerId: c1}
                """.formatted(
                                request.getMetadata().getName(),
                                Renacer.REQUEST_UID_LABEL,
                                request.getMetadata().getUid(),
                                request.getMetadata().getName(),
                                request.getMetadata().getUid()),
                NodeTrace.class);
        SERVER.client().resource(assignment).inNamespace(SERVER.namespace()).create();
        SERVER.client()
                .resource(assignment)
                .inNamespace(SERVER.namespace())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), """
                    {"status": {"targets": [{"podUid": "p1", "containerName": "app", "containerId": "c1", "state": "Failed",
                      "reason": "UnknownSyscall", "message": "unknown system call 'opneat', did you mean 'openat'?"}]}}\
                    """);
    }

    private static Watch onceThere(String name, Consumer<TraceRequest> action) {
        return NamedRequests.handle(SERVER.client(), SERVER.namespace(), name).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action happened, TraceRequest request) {
                if (happened == Action.ADDED) {
                    action.accept(request);
                }
            }

            @Override
            public void onClose(@Nullable WatcherException cause) {
                assertThat(cause).isNull();
            }
        });
    }

    private static Run plugin(String... arguments) {
        List<String> command = new ArrayList<>(Launchers.command("kubectl-renacer", List.of(arguments)));
        command.addAll(2, List.of("-n", SERVER.namespace()));
        return Run.of(command, Map.of("KUBECONFIG", SERVER.kubeconfig().toString()));
    }

    /** With the plugin's folder on the PATH, so that {@code kubectl renacer} is found. */
    private static Run kubectl(String... arguments) {
        return kubectlWithPlugin(Stream.concat(Stream.of(arguments), Stream.of("-n", SERVER.namespace()))
                .toArray(String[]::new));
    }

    private static Run kubectlWithPlugin(String... arguments) {
        String bin = Launchers.repository().resolve("bin").toString();
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return Run.of(
                command,
                Map.of("KUBECONFIG", SERVER.kubeconfig().toString(), "PATH", bin + ":" + System.getenv("PATH")));
    }

    private static String withoutAge(String table) {
        return table.lines().map(line -> line.replaceFirst("\\s+\\S+$", "")).reduce("", (a, b) -> a + b + "\n");
    }

    @Test
    void kubectlAsksThePluginForCompletions() {
        Run run = kubectlWithPlugin("__complete", "renacer", "list", "--all");
        assertThat(run.out().lines()).as(run.err()).contains("--all-namespaces", ":4");
    }

    @Test
    void theScriptCompletesInBash() {
        Run run = Run.of(List.of(
                "bash",
                "-c",
                "source <(" + Launchers.command("kubectl-renacer", List.of()).getFirst() + " completion bash) &&"
                        + " complete -p kubectl-renacer && COMP_WORDS=(kubectl-renacer desc) COMP_CWORD=1 &&"
                        + " _complete_kubectl-renacer && echo \"${COMPREPLY[@]}\""));
        assertThat(run.out()).as(run.err()).contains("describe");
    }

    @Test
    void kubectlFindsThePlugin() {
        Run run = kubectl("renacer", "list", "-o", "name");
        assertThat(run.code()).as(run.err()).isZero();
    }
}
