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
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
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

    /** What the client says of a certificate, a key or a proxy that it cannot use. */
    private static final String CLIENTS_OWN_WORDS = "An error has occurred.";

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

    /**
     * Opens a client; makes no request yet.
     *
     * @throws CommandFailure if no namespace can be called so, or there is no such kubeconfig or context, or it cannot be used
     */
    public KubernetesClient client() {
        checkNamespace();
        Config config = config();
        try {
            return new KubernetesClientBuilder()
                    .withConfig(config)
                    .withHttpClientFactory(new ThreadlessExitFactory())
                    .withKubernetesSerialization(ownKindsOnly())
                    .build();
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    private static CommandFailure unusable(RuntimeException failure) {
        return new CommandFailure(
                ExitCode.FAILURE,
                "cannot use the kubeconfig: " + cause(failure)
                        + "; check the context's cluster and user ('kubectl config view --minify'), and the proxy variables"
                        + " of the environment",
                failure);
    }

    /** In words, and without the password of a URL. */
    private static String cause(RuntimeException failure) {
        String words = String.valueOf(failure.getMessage());
        Throwable cause = failure.getCause();
        if (cause != null && words.equals(CLIENTS_OWN_WORDS)) {
            words = words(cause);
        } else if (cause instanceof FileSystemException) {
            words += ": " + words(cause);
        }
        return words.replaceAll("//.*@", "//");
    }

    private static String words(Throwable cause) {
        return switch (cause) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> denied.getFile() + " may not be read by this user";
            case GeneralSecurityException bad -> "a certificate or key cannot be read (" + bad.getMessage() + ")";
            default -> String.valueOf(cause.getMessage());
        };
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
        // Few requests, most of them one after the other: HTTP/2 would only have to be loaded.
        config.setHttp2Disable(true);
        return config;
    }

    private Config read() {
        Config config;
        try {
            config = context == null ? ClusterAccess.fromEnvironment() : ClusterAccess.fromEnvironment(context);
        } catch (KubernetesClientException | UncheckedIOException e) {
            throw unusable(e);
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
