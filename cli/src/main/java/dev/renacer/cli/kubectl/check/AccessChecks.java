// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.cli.kubectl.api.RequestName;
import dev.renacer.cli.kubectl.api.Requester;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether this user may ask for a trace in a namespace, and whether the namespace is open for it. */
public final class AccessChecks {
    private static final Set<String> NEVER_TRACED = Set.of("kube-public", "kube-node-lease");
    private static final String SYSTEM = "kube-system";

    private final KubernetesClient client;
    private final String namespace;
    private final String user;
    private final Lookup<Namespace> object;

    /** For this namespace; asks at once whether it is there. */
    public AccessChecks(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        this.user = Requester.name(client).orElse("YOU");
        this.object = Lookup.of(() -> client.namespaces().withName(namespace).get());
    }

    /** The namespace's labels, as far as they may be read. */
    public Lookup<Map<String, String>> labels() {
        return switch (object) {
            case Lookup.Found<Namespace>(Namespace found) ->
                new Lookup.Found<>(
                        found.getMetadata().getLabels() == null
                                ? Map.of()
                                : found.getMetadata().getLabels());
            case Lookup.Absent<Namespace> _ -> new Lookup.Absent<>();
            case Lookup.Unreadable<Namespace>(String why) -> new Lookup.Unreadable<>(why);
        };
    }

    /** Whether it is known that there is no such namespace, so that nothing else about it can be answered. */
    public boolean namespaceIsMissing() {
        return object instanceof Lookup.Absent<Namespace>;
    }

    /** The results; creates nothing, but has the API server judge what would be created. */
    public List<CheckResult> run(TraceRequestSpec spec) {
        CheckResult open = namespaceOpen();
        if (namespaceIsMissing()) {
            return List.of(open);
        }
        List<CheckResult> results = new ArrayList<>();
        Optional<Boolean> allowed = mayCreate();
        results.add(allowed.map(this::rights)
                .orElseGet(() -> CheckResult.unknown(
                        "rights",
                        "this API server does not say who may do what (it has no selfsubjectaccessreviews)",
                        "try: kubectl renacer run")));
        results.add(open);
        if (allowed.orElse(true)) {
            results.add(admitted(spec));
        }
        return results;
    }

    private CheckResult rights(boolean allowed) {
        return allowed
                ? CheckResult.ok("rights", user + " may create tracerequests in namespace " + namespace)
                : CheckResult.no(
                        "rights",
                        user + " may not create tracerequests in namespace " + namespace,
                        "ask for: kubectl create rolebinding trace-" + namespace + " -n " + namespace
                                + " --clusterrole=" + tracerRole(client) + " --user=" + user);
    }

    /** Empty where the server does not judge that, such as the quickstart's stand-in. */
    private Optional<Boolean> mayCreate() {
        try {
            return Optional.of(asksMayCreate());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean asksMayCreate() {
        SelfSubjectAccessReview review = client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withNamespace(namespace)
                        .withVerb("create")
                        .withGroup(Renacer.GROUP)
                        .withResource("tracerequests")
                        .endResourceAttributes()
                        .endSpec()
                        .build());
        return review.getStatus() != null
                && Boolean.TRUE.equals(review.getStatus().getAllowed());
    }

    /** The chart's role for those who trace; its name begins with that of the release. */
    static String tracerRole(KubernetesClient client) {
        Lookup<List<ClusterRole>> roles = Lookup.of(() -> client.rbac()
                .clusterRoles()
                .withLabel("app.kubernetes.io/name", "renacer")
                .withLabel("app.kubernetes.io/component", "tracer")
                .list()
                .getItems());
        return roles.found().stream()
                .flatMap(List::stream)
                .map(role -> role.getMetadata().getName())
                .findFirst()
                .orElse("RELEASE-tracer (the chart's; renacer-tracer if the release is called renacer)");
    }

    private CheckResult namespaceOpen() {
        if (NEVER_TRACED.contains(namespace)) {
            return CheckResult.no("namespace", namespace + " is never traced", "choose a pod of another namespace");
        }
        if (namespace.equals(SYSTEM)) {
            return CheckResult.unknown(
                    "namespace",
                    "kube-system is traced only where a TracePolicy with allowKubeSystem selects it",
                    "see: kubectl renacer policies -o yaml");
        }
        String label = Renacer.NAMESPACE_LABEL + "=" + Renacer.TRACING_ENABLED;
        String step = "if traces are refused, ask for: kubectl label namespace " + namespace + " " + label;
        return switch (labels()) {
            case Lookup.Absent<Map<String, String>> _ ->
                CheckResult.no(
                        "namespace",
                        "there is no namespace " + namespace,
                        "correct -n, or the namespace of the kubeconfig context; see: kubectl get namespaces");
            case Lookup.Unreadable<Map<String, String>> _ ->
                CheckResult.unknown("namespace", "you may not read the labels of namespace " + namespace, step);
            case Lookup.Found<Map<String, String>>(Map<String, String> labels) ->
                Renacer.TRACING_ENABLED.equals(labels.get(Renacer.NAMESPACE_LABEL))
                        ? CheckResult.ok("namespace", namespace + " is open for tracing (" + label + ")")
                        : CheckResult.unknown(
                                "namespace",
                                namespace + " lacks the label " + label + ", which most installations require",
                                step);
        };
    }

    private CheckResult admitted(TraceRequestSpec spec) {
        TraceRequest trial = new TraceRequest();
        trial.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(RequestName.of("trial"))
                .build());
        trial.setSpec(spec);
        try {
            client.resource(trial).dryRun(true).create();
            return CheckResult.ok("admission", "the API server would take the request (judged, not created)");
        } catch (KubernetesClientException e) {
            if (e.getCode() < 400 || e.getCode() >= 500) {
                throw e;
            }
            return CheckResult.no(
                    "admission",
                    "the API server would refuse: " + ApiFailures.reason(e),
                    "do what the message asks for");
        }
    }
}
