// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static dev.renacer.chart.Attempt.Identity.CLUSTER_ADMIN;
import static dev.renacer.chart.Attempt.Identity.OWNER;
import static dev.renacer.chart.Attempt.Identity.SINK_ADMIN;
import static dev.renacer.chart.Attempt.Identity.TRACER;
import static dev.renacer.chart.Attempt.Identity.UNINSTALL;
import static dev.renacer.chart.Attempt.Identity.VIEWER;
import static dev.renacer.chart.Attempt.Identity.WORKLOAD;
import static dev.renacer.chart.Attempt.allowed;
import static dev.renacer.chart.Attempt.noRight;
import static dev.renacer.chart.Attempt.policy;
import static dev.renacer.chart.Attempt.schema;
import static dev.renacer.chart.TraceObjects.MERGE;
import static dev.renacer.chart.TraceObjects.request;
import static dev.renacer.chart.TraceObjects.sink;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TraceSink;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What tenants, workloads, admins and the hooks of {@code helm uninstall} try. */
final class PeopleAttacks extends AttackActions {
    PeopleAttacks(GuardedCluster cluster) {
        super(cluster);
    }

    @Override
    Stream<Attempt> all() {
        return Stream.of(hostileTenant(), hostileWorkload(), people(), uninstallHooks())
                .flatMap(List::stream);
    }

    private List<Attempt> hostileTenant() {
        String operatorOnly = "only Renacer's operator writes NodeTraces";
        return List.of(
                allowed(TRACER, "ask for a trace in its namespace", ask("mine", "")),
                allowed(
                        TRACER,
                        "stop it",
                        client -> client.resources(TraceRequest.class)
                                .inNamespace(cluster.shop)
                                .withName("mine")
                                .patch(MERGE, "{\"spec\":{\"stop\":true}}")),
                policy(
                        TRACER,
                        "ask for a trace in another's name",
                        "must be your own user name",
                        ask("posing", ", requestedBy: alice")),
                policy(
                        TRACER,
                        "fill the operator's memory with annotations",
                        "at most 64 KiB of annotations and 64 labels",
                        client -> {
                            TraceRequest large = request("large", cluster.shop, "");
                            large.getMetadata().setAnnotations(Map.of("example.com/large", "x".repeat(65_537)));
                            client.resource(large).create();
                        }),
                policy(TRACER, "fill it with labels", "at most 64 KiB of annotations and 64 labels", client -> {
                    TraceRequest large = request("large", cluster.shop, "");
                    large.getMetadata()
                            .setLabels(
                                    IntStream.range(0, 65).boxed().collect(Collectors.toMap(i -> "l" + i, i -> "v")));
                    client.resource(large).create();
                }),
                schema(
                        TRACER,
                        "ask for a trace with a justification that steers a terminal",
                        "spec.justification",
                        ask("steering", ", justification: \"\\e[2J\"")),
                schema(TRACER, "change who asked", "spec is immutable", edit("""
                    {"spec":{"requestedBy":"alice"}}\
                    """)),
                policy(
                        TRACER,
                        "ask for a trace in a namespace that has not opted in",
                        "has not opted in to tracing",
                        create(request("there", cluster.closed, ""))),
                noRight(
                        TRACER,
                        "ask for a trace in another namespace",
                        "create",
                        "tracerequests",
                        create(request("there", cluster.home, ""))),
                noRight(
                        TRACER,
                        "opt its namespace in",
                        "patch",
                        "namespaces",
                        client -> client.resource(new NamespaceBuilder()
                                        .withNewMetadata()
                                        .withName(cluster.closed)
                                        .addToLabels(Renacer.NAMESPACE_LABEL, Renacer.TRACING_ENABLED)
                                        .endMetadata()
                                        .build())
                                .forceConflicts()
                                .serverSideApply()),
                noRight(TRACER, "order a trace", "create", "nodetraces", order("forged")),
                noRight(TRACER, "make a sink of its own", "create", "tracesinks", create(sink("evil"))),
                noRight(TRACER, "loosen a policy", "create", "tracepolicies", create(TraceObjects.policy("evil"))),
                noRight(TRACER, "forge the result", "patch", "tracerequests/status", this::requestStatus),
                policy(OWNER, "order a trace, of any tenant's pod", operatorOnly, order("forged")),
                policy(OWNER, "add a target to a NodeTrace", operatorOnly, retarget("on-a")),
                policy(OWNER, "delete a NodeTrace", operatorOnly, delete(NodeTrace.class, "on-a")),
                policy(
                        OWNER,
                        "delete all NodeTraces in one call",
                        operatorOnly,
                        client -> client.resources(NodeTrace.class)
                                .inNamespace(cluster.shop)
                                .delete()),
                policy(OWNER, "forge an agent's report", "only the node's agent writes the status", report("on-a")),
                policy(OWNER, "forge the result", "only Renacer's operator writes this status", this::requestStatus));
    }

    private List<Attempt> hostileWorkload() {
        return List.of(
                noRight(
                        WORKLOAD,
                        "see who is traced",
                        "list",
                        "nodetraces",
                        client -> client.resources(NodeTrace.class)
                                .inAnyNamespace()
                                .list()),
                noRight(
                        WORKLOAD,
                        "see where spans go",
                        "list",
                        "tracesinks",
                        client -> client.resources(TraceSink.class).list()),
                noRight(WORKLOAD, "ask for a trace", "create", "tracerequests", ask("forged", "")),
                noRight(WORKLOAD, "end its own trace", "delete", "tracerequests", delete(TraceRequest.class, "seed")),
                noRight(WORKLOAD, "read or forge an agent's report", "get", "nodetraces", report("on-a")));
    }

    private List<Attempt> people() {
        return List.of(
                allowed(VIEWER, "see TraceRequests and TraceNodes", client -> {
                    client.resources(TraceRequest.class).inAnyNamespace().list();
                    client.resources(TraceNode.class).list();
                }),
                noRight(VIEWER, "ask for a trace", "create", "tracerequests", ask("forged", "")),
                noRight(VIEWER, "stop a trace", "patch", "tracerequests", edit("{\"spec\":{\"stop\":true}}")),
                allowed(SINK_ADMIN, "make a TraceSink and a TracePolicy", client -> {
                    client.resource(sink(cluster.home + "-made")).dryRun().create();
                    client.resource(TraceObjects.policy(cluster.home + "-made"))
                            .dryRun()
                            .create();
                }),
                allowed(
                        SINK_ADMIN,
                        "delete the TraceNode of a node that is gone",
                        client -> client.resources(TraceNode.class)
                                .withName(cluster.nodeB + "-gone")
                                .delete()),
                noRight(SINK_ADMIN, "order a trace", "create", "nodetraces", order("forged")),
                policy(
                        CLUSTER_ADMIN,
                        "order a trace",
                        "create, stop or delete the TraceRequest instead",
                        order("forged")),
                policy(
                        CLUSTER_ADMIN,
                        "forge the result",
                        "only Renacer's operator writes this status",
                        this::requestStatus),
                policy(
                        CLUSTER_ADMIN,
                        "call a sink ready",
                        "only Renacer's operator writes this status",
                        this::sinkStatus),
                policy(
                        CLUSTER_ADMIN,
                        "call a node able to trace",
                        "only the node's agent writes the status of a TraceNode",
                        describe(cluster.nodeB)));
    }

    private List<Attempt> uninstallHooks() {
        return List.of(
                noRight(UNINSTALL, "order a trace", "create", "nodetraces", order("forged")),
                noRight(UNINSTALL, "turn a sink elsewhere", "patch", "tracesinks", this::redirect),
                noRight(
                        UNINSTALL,
                        "read Secrets of its namespace",
                        "list",
                        "secrets",
                        client -> client.secrets().inNamespace(cluster.home).list()),
                policy(
                        UNINSTALL,
                        "delete a NodeTrace before the release is deleted",
                        "only Renacer's operator writes NodeTraces",
                        delete(NodeTrace.class, "on-a")),
                allowed(UNINSTALL, "stop a trace", edit("{\"spec\":{\"stop\":true}}")));
    }
}
