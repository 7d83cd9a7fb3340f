// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.kubeconfig.ClusterAccess;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which cluster and namespace, spelled as kubectl spells it; before the verb or behind it, as with kubectl. */
public final class ClusterOptions {
    /** A person waits for the answer: say early that nobody is there. */
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

    @Option(
            names = {"-n", "--namespace"},
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "Namespace; the context's own if absent.")
    @Nullable
    String namespace;

    @Option(
            names = "--context",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "Context of the kubeconfig; the current one if absent.")
    @Nullable
    String context;

    @Option(
            names = "--kubeconfig",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Kubeconfig; $KUBECONFIG or ~/.kube/config if absent.")
    @Nullable
    Path kubeconfig;

    /** Options whose values picocli has not read; what is empty was not given. */
    public static ClusterOptions of(Optional<String> namespace, Optional<String> context, Optional<Path> kubeconfig) {
        ClusterOptions options = new ClusterOptions();
        options.namespace = namespace.orElse(null);
        options.context = context.orElse(null);
        options.kubeconfig = kubeconfig.orElse(null);
        return options;
    }

    /**
     * Opens a client; makes no request yet.
     *
     * @throws CommandFailure if no namespace can be called so, or there is no such kubeconfig or context
     */
    public KubernetesClient client() {
        checkNamespace();
        return new KubernetesClientBuilder()
                .withConfig(config())
                .withKubernetesSerialization(ownKindsOnly())
                .build();
    }

    /**
     * Without a search for all kinds of Kubernetes on the class path, which would take longer than a request. Status is how a server
     * ends a watch whose place it has forgotten.
     */
    private static KubernetesSerialization ownKindsOnly() {
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
        serialization.registerKubernetesResource(TraceRequest.class);
        serialization.registerKubernetesResource(Status.class);
        return serialization;
    }

    /**
     * How to reach the cluster.
     *
     * @throws CommandFailure if there is no such kubeconfig or context
     */
    Config config() {
        if (kubeconfig != null) {
            if (!Files.isReadable(kubeconfig)) {
                throw new CommandFailure(
                        ExitCode.FAILURE,
                        "cannot read kubeconfig " + kubeconfig + "; check the path given with --kubeconfig");
            }
            System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, kubeconfig.toString());
        }
        Config config = read();
        config.setRequestRetryBackoffLimit(1);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
        config.setRequestTimeout(REQUEST_TIMEOUT_MILLIS);
        return config;
    }

    private Config read() {
        Config config;
        try {
            config = context == null ? ClusterAccess.fromEnvironment() : ClusterAccess.fromEnvironment(context);
        } catch (KubernetesClientException | UncheckedIOException e) {
            throw new CommandFailure(ExitCode.FAILURE, "cannot read the kubeconfig: " + e.getMessage(), e);
        }
        Collection<String> files = Config.getKubeconfigFilenames();
        boolean configured = config.getCurrentContext() != null || inCluster(config);
        if (context != null
                && (config.getCurrentContext() == null
                        || !context.equals(config.getCurrentContext().getName()))) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "no context '" + context + "' in " + String.join(":", files)
                            + "; 'kubectl config get-contexts' lists them");
        }
        if (!configured) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "no kubeconfig with a current context (looked in " + String.join(":", files)
                            + "); set KUBECONFIG or give --kubeconfig");
        }
        return config;
    }

    /** Inside a pod the service account's token stands in for a kubeconfig. */
    private static boolean inCluster(Config config) {
        return config.getOauthToken() != null || config.getAutoOAuthToken() != null;
    }

    /**
     * Checks the flag, without asking the cluster.
     *
     * @throws CommandFailure if no namespace can be called so
     */
    public void checkNamespace() {
        if (namespace != null) {
            Rfc1123.label("--namespace", namespace);
        }
    }

    /** The namespace meant: the flag's, else the context's, else {@code default}. */
    public String namespace(KubernetesClient client) {
        return Optional.ofNullable(namespace)
                .or(() -> Optional.ofNullable(client.getConfiguration().getNamespace()))
                .filter(name -> !name.isEmpty())
                .orElse("default");
    }
}
