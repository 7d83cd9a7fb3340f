// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.testing;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.definition.Definitions;
import dev.renacer.kubeconfig.ClusterAccess;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Kubernetes API server with Renacer's definitions installed, and a namespace of the test class's own. Registered as
 * {@code @RegisterExtension static final RealApiServer SERVER = new RealApiServer();}.
 *
 * <p>The server is the one the environment variable {@value #VARIABLE} names by the path of a kubeconfig; without it a k3s
 * container where a Docker engine holds its image already. Without both the class is aborted with a message that says so. A
 * server that is named and does not answer fails the class: a typo must not look like a skipped test.
 */
public final class RealApiServer implements BeforeAllCallback, AfterAllCallback {
    /** Environment variable with the path of the kubeconfig to test against (cluster-admin rights). */
    public static final String VARIABLE = "RENACER_TEST_KUBECONFIG";

    /** JUnit tag of each test class that registers this extension; {@code libexec/run-tests --cluster} runs just those. */
    public static final String TAG = "cluster";

    private @Nullable Path kubeconfig;
    private @Nullable KubernetesClient client;
    private @Nullable String namespace;

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!context.getTags().contains(TAG)) {
            throw new IllegalStateException(
                    context.getRequiredTestClass().getName() + " needs @Tag(RealApiServer.TAG)");
        }
        kubeconfig = locate();
        client = new KubernetesClientBuilder()
                .withConfig(ClusterAccess.fromKubeconfig(kubeconfig))
                .build();
        verifyAnswers(client, kubeconfig);
        install(client);
        Namespace created = client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName("it-"
                                + context.getRequiredTestClass().getSimpleName().toLowerCase(Locale.ROOT) + "-")
                        .endMetadata()
                        .build())
                .create();
        namespace = created.getMetadata().getName();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        try (KubernetesClient closing = client) {
            if (closing != null && namespace != null) {
                releaseRequests(closing, namespace);
                closing.namespaces().withName(namespace).delete();
            }
        }
    }

    /** A client with cluster-admin rights; closed after the class. */
    public KubernetesClient client() {
        return Objects.requireNonNull(client, "the extension has not run: is the field static and @RegisterExtension?");
    }

    /** The class's own namespace; deleted after the class. */
    public String namespace() {
        return Objects.requireNonNull(
                namespace, "the extension has not run: is the field static and @RegisterExtension?");
    }

    /** The kubeconfig, for processes a test starts. */
    public Path kubeconfig() {
        return Objects.requireNonNull(
                kubeconfig, "the extension has not run: is the field static and @RegisterExtension?");
    }

    private static Path locate() {
        String named = System.getenv(VARIABLE);
        if (named != null && !named.isBlank()) {
            Path path = Path.of(named);
            if (!Files.isReadable(path)) {
                throw new IllegalStateException(VARIABLE + " names " + named + ", which cannot be read");
            }
            return path;
        }
        if (!K3sServer.available()) {
            Assumptions.abort("NOT RUN: needs a Kubernetes API server. Set " + VARIABLE
                    + " to a kubeconfig with cluster-admin rights, or have a Docker engine that holds "
                    + K3sServer.IMAGE);
        }
        try {
            return K3sServer.kubeconfig();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the kubeconfig of the k3s container", e);
        }
    }

    private static void verifyAnswers(KubernetesClient client, Path kubeconfig) {
        try {
            client.getKubernetesVersion();
        } catch (KubernetesClientException e) {
            throw new IllegalStateException("the API server of " + kubeconfig + " does not answer", e);
        }
    }

    private static void install(KubernetesClient client) {
        List<CustomResourceDefinition> definitions = Definitions.load();
        for (CustomResourceDefinition definition : definitions) {
            client.resource(definition).forceConflicts().serverSideApply();
        }
        for (CustomResourceDefinition definition : definitions) {
            client.resource(definition).waitUntilCondition(RealApiServer::established, 30, TimeUnit.SECONDS);
        }
    }

    /** The operator under test is gone, and with it who would take the finalizer off: the namespace would never end. */
    private static void releaseRequests(KubernetesClient client, String namespace) {
        for (TraceRequest request : client.resources(TraceRequest.class)
                .inNamespace(namespace)
                .list()
                .getItems()) {
            client.resource(request)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        }
    }

    private static boolean established(@Nullable CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }
}
