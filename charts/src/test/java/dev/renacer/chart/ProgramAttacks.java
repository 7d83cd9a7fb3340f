// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static dev.renacer.chart.Attempt.Identity.AGENT;
import static dev.renacer.chart.Attempt.Identity.ALMIGHTY_AGENT;
import static dev.renacer.chart.Attempt.Identity.ALMIGHTY_OPERATOR;
import static dev.renacer.chart.Attempt.Identity.OPERATOR;
import static dev.renacer.chart.Attempt.Identity.UNBOUND_AGENT;
import static dev.renacer.chart.Attempt.allowed;
import static dev.renacer.chart.Attempt.noRight;
import static dev.renacer.chart.Attempt.policy;
import static dev.renacer.chart.TraceObjects.nodeTrace;
import static dev.renacer.chart.TraceObjects.sink;
import static dev.renacer.chart.TraceObjects.traceNode;

import dev.renacer.crds.NodeTrace;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import java.util.List;
import java.util.stream.Stream;

/** What somebody tries who holds the token of an agent or of the operator. */
final class ProgramAttacks extends AttackActions {
    ProgramAttacks(GuardedCluster cluster) {
        super(cluster);
    }

    @Override
    Stream<Attempt> all() {
        return Stream.of(stolenAgentToken(), stolenOperatorToken()).flatMap(List::stream);
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
                allowed(
                        OPERATOR,
                        "delete the NodeTraces of one request in one call",
                        client -> client.resources(NodeTrace.class)
                                .inNamespace(cluster.shop)
                                .withField("metadata.name", "ordered")
                                .delete()),
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
}
