// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static dev.renacer.chart.Attempt.Identity.AGENT;
import static dev.renacer.chart.Attempt.Identity.ALMIGHTY_AGENT;
import static dev.renacer.chart.Attempt.Identity.ALMIGHTY_OPERATOR;
import static dev.renacer.chart.Attempt.Identity.CLUSTER_ADMIN;
import static dev.renacer.chart.Attempt.Identity.OPERATOR;
import static dev.renacer.chart.Attempt.Identity.OWNER;
import static dev.renacer.chart.Attempt.Identity.SINK_ADMIN;
import static dev.renacer.chart.Attempt.Identity.TRACER;
import static dev.renacer.chart.Attempt.Identity.UNBOUND_AGENT;
import static dev.renacer.chart.Attempt.Identity.VIEWER;
import static dev.renacer.chart.Attempt.Identity.WORKLOAD;
import static dev.renacer.chart.Attempt.allowed;
import static dev.renacer.chart.Attempt.noRight;
import static dev.renacer.chart.Attempt.policy;
import static dev.renacer.chart.Attempt.schema;
import static dev.renacer.chart.TraceObjects.MERGE;
import static dev.renacer.chart.TraceObjects.nodeTrace;
import static dev.renacer.chart.TraceObjects.request;
import static dev.renacer.chart.TraceObjects.sink;
import static dev.renacer.chart.TraceObjects.traceNode;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceSink;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The attack table: who tries what, and what the API server is to answer. {@link AttacksIT} tries it. There are a
 * TraceRequest {@code seed} and NodeTraces {@code on-a} and {@code on-b} in shop, and a TraceSink {@code vendor}, a
 * TraceNode of node-b.
 */
final class Attacks {
    private static final String TRACING = "{\"status\":{\"phase\":\"Tracing\"}}";

    private final GuardedCluster cluster;

    Attacks(GuardedCluster cluster) {
        this.cluster = cluster;
    }

    List<Attempt> all() {
        return Stream.of(stolenAgentToken(), stolenOperatorToken(), hostileTenant(), hostileWorkload(), people())
                .flatMap(List::stream)
                .toList();
    }

    private List<Attempt> stolenAgentToken() {
        String ownNode = "names no node";
        return List.of(
                allowed(
                        AGENT,
                        "read the NodeTraces of its node",
                        client -> client.resources(NodeTrace.class)
                                .inAnyNamespace()
                                .withField("spec.nodeName", cluster.nodeA)
                                .list()),
                allowed(AGENT, "report on a NodeTrace of its node", report("on-a")),
                policy(AGENT, "report on a NodeTrace of another node", "cannot report for node", report("on-b")),
                allowed(AGENT, "create the TraceNode of its node", create(traceNode(cluster.nodeA))),
                allowed(AGENT, "write the status of its TraceNode", describe(cluster.nodeA)),
                policy(
                        AGENT,
                        "create a TraceNode of another node",
                        "cannot write TraceNode",
                        create(traceNode(cluster.nodeB + "-2"))),
                policy(
                        AGENT,
                        "write the status of another node's TraceNode",
                        "cannot write TraceNode",
                        describe(cluster.nodeB)),
                policy(UNBOUND_AGENT, "report on a NodeTrace", ownNode, report("on-a")),
                policy(UNBOUND_AGENT, "create a TraceNode", ownNode, create(traceNode(cluster.nodeA + "-3"))),
                noRight(AGENT, "add a target to a NodeTrace", "patch", "nodetraces", retarget("on-a")),
                noRight(AGENT, "order a trace", "create", "nodetraces", order("forged")),
                noRight(AGENT, "end a trace", "delete", "nodetraces", delete(NodeTrace.class, "on-a")),
                noRight(AGENT, "ask for a trace", "create", "tracerequests", ask("forged", "")),
                noRight(AGENT, "turn a sink elsewhere", "patch", "tracesinks", this::redirect),
                noRight(
                        AGENT,
                        "read pods",
                        "list",
                        "pods",
                        client -> client.pods().inAnyNamespace().list()),
                noRight(
                        AGENT,
                        "read Secrets, those of sinks too",
                        "list",
                        "secrets",
                        client -> client.secrets().inNamespace(cluster.home).list()),
                noRight(
                        AGENT,
                        "read nodes",
                        "list",
                        "nodes",
                        client -> client.nodes().list()),
                noRight(AGENT, "get a token of the operator", "create", "serviceaccounts/token", token("operator")),
                policy(ALMIGHTY_AGENT, "order a trace", "only Renacer's operator writes NodeTraces", order("forged")),
                policy(ALMIGHTY_AGENT, "ask for a trace", "an agent writes nothing but", ask("forged", "")),
                policy(ALMIGHTY_AGENT, "turn a sink elsewhere", "an agent writes nothing but", this::redirect),
                policy(
                        ALMIGHTY_AGENT,
                        "report on a NodeTrace of another node",
                        "cannot report for node",
                        report("on-b")));
    }

    private List<Attempt> stolenOperatorToken() {
        return List.of(
                allowed(OPERATOR, "order a trace in a tenant's namespace", order("ordered")),
                allowed(OPERATOR, "write the status of a TraceRequest", this::requestStatus),
                allowed(OPERATOR, "put its finalizer on a TraceRequest", edit("""
                        {"metadata":{"finalizers":["renacer.dev/detach"]}}""")),
                allowed(OPERATOR, "take its finalizer off", edit("""
                        {"metadata":{"finalizers":null}}""")),
                allowed(OPERATOR, "write the status of a TraceSink", this::sinkStatus),
                allowed(OPERATOR, "make its Lease", create(lease("renacer-operator"))),
                policy(
                        OPERATOR,
                        "order a trace of a container of another namespace",
                        "containers of its own namespace only",
                        create(nodeTrace("foreign", cluster.shop, cluster.nodeA, cluster.closed))),
                policy(OPERATOR, "make a TraceSink of its own", "named default", create(sink("evil"))),
                noRight(OPERATOR, "turn a sink elsewhere", "patch", "tracesinks", this::redirect),
                policy(OPERATOR, "make a TracePolicy of its own", "named default", create(TraceObjects.policy("evil"))),
                policy(OPERATOR, "stop somebody's trace", "does not change what was asked for", edit("""
                        {"spec":{"stop":true}}""")),
                noRight(OPERATOR, "ask for a trace", "create", "tracerequests", ask("forged", "")),
                noRight(OPERATOR, "report in an agent's place", "patch", "nodetraces/status", report("on-a")),
                noRight(
                        OPERATOR,
                        "write the status of a TraceNode",
                        "patch",
                        "tracenodes/status",
                        describe(cluster.nodeB)),
                noRight(
                        OPERATOR,
                        "read Secrets of its namespace",
                        "list",
                        "secrets",
                        client -> client.secrets().inNamespace(cluster.home).list()),
                noRight(
                        OPERATOR,
                        "start a pod",
                        "create",
                        "pods",
                        create(new PodBuilder()
                                .withNewMetadata()
                                .withName("evil")
                                .withNamespace(cluster.home)
                                .endMetadata()
                                .withNewSpec()
                                .addNewContainer()
                                .withName("evil")
                                .withImage("evil")
                                .endContainer()
                                .endSpec()
                                .build())),
                noRight(
                        OPERATOR,
                        "take the agents away",
                        "delete",
                        "daemonsets",
                        client -> client.apps()
                                .daemonSets()
                                .inNamespace(cluster.home)
                                .withName(cluster.name("agent"))
                                .delete()),
                noRight(
                        OPERATOR,
                        "give itself more rights",
                        "create",
                        "clusterrolebindings",
                        create(new ClusterRoleBindingBuilder()
                                .withNewMetadata()
                                .withName(cluster.name("evil"))
                                .endMetadata()
                                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                                .addNewSubject("", "ServiceAccount", cluster.name("operator"), cluster.home)
                                .build())),
                noRight(
                        OPERATOR,
                        "take a policy away",
                        "delete",
                        "validatingadmissionpolicies",
                        client -> client.admissionRegistration()
                                .v1()
                                .validatingAdmissionPolicies()
                                .withName(cluster.name("nodetraces"))
                                .delete()),
                noRight(OPERATOR, "get a token of the agents", "create", "serviceaccounts/token", token("agent")),
                policy(ALMIGHTY_OPERATOR, "ask for a trace", "the operator does not ask for traces", ask("forged", "")),
                policy(
                        ALMIGHTY_OPERATOR,
                        "turn a sink elsewhere",
                        "an admin creates and changes the others",
                        this::redirect),
                policy(
                        ALMIGHTY_OPERATOR,
                        "report in an agent's place",
                        "only the node's agent writes the status",
                        report("on-a")));
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
                schema(TRACER, "change who asked", "spec is immutable", edit("""
                        {"spec":{"requestedBy":"alice"}}""")),
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

    private Consumer<KubernetesClient> report(String nodeTrace) {
        return client -> client.resources(NodeTrace.class)
                .inNamespace(cluster.shop)
                .withName(nodeTrace)
                .subresource("status")
                .patch(MERGE, TRACING);
    }

    private Consumer<KubernetesClient> retarget(String nodeTrace) {
        return client -> client.resources(NodeTrace.class)
                .inNamespace(cluster.shop)
                .withName(nodeTrace)
                .patch(MERGE, "{\"spec\":{\"targets\":[]}}");
    }

    private Consumer<KubernetesClient> order(String name) {
        return create(nodeTrace(name, cluster.shop, cluster.nodeA));
    }

    private Consumer<KubernetesClient> ask(String name, String furtherSpec) {
        return create(request(name, cluster.shop, furtherSpec));
    }

    private Consumer<KubernetesClient> edit(String patch) {
        return client -> client.resources(TraceRequest.class)
                .inNamespace(cluster.shop)
                .withName("seed")
                .patch(MERGE, patch);
    }

    private void requestStatus(KubernetesClient client) {
        client.resources(TraceRequest.class)
                .inNamespace(cluster.shop)
                .withName("seed")
                .subresource("status")
                .patch(MERGE, "{\"status\":{\"nodes\":1}}");
    }

    private void redirect(KubernetesClient client) {
        // Applied: the client reads before it sends any other patch, and would be refused for the reading.
        client.resource(sink(cluster.name("vendor"))).forceConflicts().serverSideApply();
    }

    private void sinkStatus(KubernetesClient client) {
        client.resources(TraceSink.class)
                .withName(cluster.name("vendor"))
                .subresource("status")
                .patch(MERGE, "{\"status\":{\"observedGeneration\":1}}");
    }

    private static Consumer<KubernetesClient> describe(String node) {
        return client -> client.resources(TraceNode.class)
                .withName(node)
                .subresource("status")
                .patch(MERGE, "{\"status\":{\"ptraceAllowed\":true}}");
    }

    private Consumer<KubernetesClient> token(String component) {
        return client -> client.serviceAccounts()
                .inNamespace(cluster.home)
                .withName(cluster.name(component))
                .tokenRequest(new TokenRequest());
    }

    private <T extends HasMetadata> Consumer<KubernetesClient> delete(Class<T> type, String name) {
        return client ->
                client.resources(type).inNamespace(cluster.shop).withName(name).delete();
    }

    private HasMetadata lease(String name) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(cluster.home)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }

    private static Consumer<KubernetesClient> create(HasMetadata object) {
        return client -> client.resource(object).create();
    }
}
