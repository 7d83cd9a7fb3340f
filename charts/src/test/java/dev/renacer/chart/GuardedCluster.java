// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.awaitility.Awaitility.await;

import dev.renacer.chart.Attempt.Identity;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.kubeconfig.ClusterAccess;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The chart's accounts, rights and policies on a real API server, and a client for each identity; the programs themselves
 * are not installed. {@link #close()} takes all of it away, so that tests after it meet no policy.
 */
final class GuardedCluster implements AutoCloseable {
    private static final Set<String> INSTALLED = Set.of(
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "Role",
            "RoleBinding",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The namespace Renacer is installed in; the release has its name. */
    final String home;
    /** A namespace that has opted in. */
    final String shop;
    /** A namespace that has not. */
    final String closed;

    final String nodeA;
    final String nodeB;
    /** Whether this API server can fill in requestedBy. */
    final boolean mutating;

    private final Config access;
    private final KubernetesClient admin;
    private final Map<Identity, KubernetesClient> clients = new EnumMap<>(Identity.class);
    private final Deque<HasMetadata> created = new ArrayDeque<>();

    GuardedCluster(RealApiServer server) {
        access = ClusterAccess.fromKubeconfig(server.kubeconfig());
        admin = server.client();
        home = server.namespace();
        shop = home + "-shop";
        closed = home + "-closed";
        nodeA = home + "-node-a";
        nodeB = home + "-node-b";
        mutating = admin.getApiResources("admissionregistration.k8s.io/v1").getResources().stream()
                .map(APIResource::getName)
                .anyMatch("mutatingadmissionpolicies"::equals);
        for (HasMetadata object : RenderedChart.of(
                        "{crds: {install: false}, admission: {mutating: '" + (mutating ? "on" : "off") + "'}}",
                        home,
                        home)
                .objects()) {
            if (INSTALLED.contains(object.getKind())) {
                create(object);
            }
        }
        tenants();
        identities();
    }

    KubernetesClient as(Identity who) {
        return Objects.requireNonNull(clients.get(who), who::toString);
    }

    /** Name of one of the chart's objects. */
    String name(String component) {
        return home + "-renacer-" + component;
    }

    /** Returns once the server answers as the policies say: it takes a moment to take them up. */
    void awaitRefused(Runnable attempt) {
        await().atMost(PATIENCE).until(() -> refusal(attempt) != null);
    }

    /** Returns once the server lets it pass. */
    void awaitAllowed(Runnable attempt) {
        await().atMost(PATIENCE).until(() -> refusal(attempt) == null);
    }

    /** What the server said; null if it let it pass. */
    static @Nullable String refusal(Runnable attempt) {
        try {
            attempt.run();
            return null;
        } catch (KubernetesClientException refused) {
            if (refused.getStatus() == null) {
                throw refused;
            }
            return refused.getStatus().getMessage();
        }
    }

    /** The message with the names this run made up replaced by those of the documentation. */
    String withPlainNames(String message) {
        return message.replace(nodeA, "node-a")
                .replace(nodeB, "node-b")
                .replace(shop, "shop")
                .replace(closed, "closed")
                .replace(home + "-renacer-", "renacer-")
                .replace(home, "renacer-system");
    }

    @Override
    public void close() {
        try {
            for (HasMetadata object : created) {
                admin.resource(object).delete();
            }
            // The server drops a policy a moment after it is deleted.
            awaitAllowed(() -> admin.resource(TraceObjects.nodeTrace("none", "default", nodeA))
                    .dryRun()
                    .create());
        } finally {
            clients.remove(Identity.CLUSTER_ADMIN);
            clients.values().forEach(KubernetesClient::close);
        }
    }

    private void tenants() {
        create(new NamespaceBuilder()
                .withNewMetadata()
                .withName(shop)
                .addToLabels(Renacer.NAMESPACE_LABEL, Renacer.TRACING_ENABLED)
                .endMetadata()
                .build());
        create(new NamespaceBuilder()
                .withNewMetadata()
                .withName(closed)
                .endMetadata()
                .build());
        for (String account : List.of("tracer", "owner", "workload", "viewer", "sink-admin")) {
            create(new ServiceAccountBuilder()
                    .withMetadata(metadata(shop, account))
                    .build());
        }
        bind(shop, "tracer", "ClusterRole", name("tracer"));
        bind(closed, "tracer", "ClusterRole", name("tracer"));
        create(new RoleBuilder()
                .withMetadata(metadata(shop, "owner"))
                .withRules(new PolicyRuleBuilder()
                        .withApiGroups(Renacer.GROUP)
                        .withResources("*")
                        .withVerbs("*")
                        .build())
                .build());
        bind(shop, "owner", "Role", "owner");
        bindEverywhere("viewer");
        bindEverywhere("admin");
    }

    private void bind(String namespace, String account, String kind, String role) {
        create(new RoleBindingBuilder()
                .withMetadata(metadata(namespace, account))
                .withNewRoleRef("rbac.authorization.k8s.io", kind, role)
                .addNewSubject("", "ServiceAccount", account, shop)
                .build());
    }

    private void bindEverywhere(String role) {
        create(new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(name("test-" + role))
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name(role))
                .addNewSubject("", "ServiceAccount", role.equals("admin") ? "sink-admin" : role, shop)
                .build());
    }

    private void identities() {
        for (String node : List.of(nodeA, nodeB)) {
            create(new NodeBuilder()
                    .withNewMetadata()
                    .withName(node)
                    .endMetadata()
                    .build());
        }
        Pod pod = new PodBuilder()
                .withMetadata(metadata(home, "agent-on-a"))
                .withNewSpec()
                .withNodeName(nodeA)
                .withServiceAccountName(name("agent"))
                .addNewContainer()
                .withName("agent")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
        clients.put(Identity.AGENT, withToken(home, name("agent"), create(pod)));
        clients.put(Identity.UNBOUND_AGENT, withToken(home, name("agent"), null));
        clients.put(Identity.OPERATOR, withToken(home, name("operator"), null));
        clients.put(Identity.UNINSTALL, withToken(home, name("uninstall"), null));
        clients.put(Identity.TRACER, withToken(shop, "tracer", null));
        clients.put(Identity.OWNER, withToken(shop, "owner", null));
        clients.put(Identity.WORKLOAD, withToken(shop, "workload", null));
        clients.put(Identity.VIEWER, withToken(shop, "viewer", null));
        clients.put(Identity.SINK_ADMIN, withToken(shop, "sink-admin", null));
        clients.put(Identity.CLUSTER_ADMIN, admin);
        clients.put(Identity.ALMIGHTY_AGENT, almighty(name("agent"), nodeA));
        clients.put(Identity.ALMIGHTY_OPERATOR, almighty(name("operator"), nodeA));
    }

    private KubernetesClient withToken(String namespace, String account, @Nullable Pod pod) {
        TokenRequestBuilder request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(3600L)
                .endSpec();
        if (pod != null) {
            request.editSpec()
                    .withNewBoundObjectRef(
                            "v1",
                            "Pod",
                            pod.getMetadata().getName(),
                            pod.getMetadata().getUid())
                    .endSpec();
        }
        String token = admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(request.build())
                .getStatus()
                .getToken();
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(access.getMasterUrl())
                        .withCaCertData(access.getCaCertData())
                        .withCaCertFile(access.getCaCertFile())
                        .withOauthToken(token)
                        .build())
                .build();
    }

    /** By impersonation: the account's name and node claim, with the rights of a cluster admin. */
    private KubernetesClient almighty(String account, String node) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(access)
                        .withImpersonateUsername("system:serviceaccount:" + home + ":" + account)
                        .withImpersonateGroups("system:masters")
                        // The key travels in the name of a header.
                        .withImpersonateExtras(Map.of("authentication.kubernetes.io%2Fnode-name", List.of(node)))
                        .build())
                .build();
    }

    private <T extends HasMetadata> T create(T object) {
        T answer = admin.resource(object).create();
        created.push(answer);
        return answer;
    }

    private static ObjectMeta metadata(String namespace, String name) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setNamespace(namespace);
        metadata.setName(name);
        return metadata;
    }
}
